package io.sluice.cli.demo.trade;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The names and prices that trades are made of: twenty books, two hundred symbols of which a few
 * are traded most (Zipf), each quoted in one currency and walking randomly in price.
 */
public final class Market {
  /** Twenty books. */
  public static final List<String> BOOKS = books();

  /** The currencies of the contract, in the order of their share. */
  static final List<String> CURRENCIES = List.of("USD", "EUR", "GBP", "JPY", "CHF");

  static final List<String> VENUES = List.of("XNYS", "XNAS", "XLON", "XETR", "XTKS", "XSWX");

  static final int SYMBOLS = 200;
  static final int TRADERS = 60;

  private static final int[] CURRENCY_PERCENT = {50, 23, 12, 9, 6};
  private static final int TABLE_BITS = 12;
  private static final long LOWEST_PRICE = 1_0000;
  private static final long HIGHEST_PRICE = 5000_0000;

  private final SplittableRandom random;
  private final short[] symbolTable = zipf(SYMBOLS, 1.0);
  private final short[] bookTable = zipf(20, 0.5);
  private final byte[] currencyOfSymbol = new byte[SYMBOLS];
  private final long[] price = new long[SYMBOLS];

  Market(SplittableRandom random) {
    this.random = random;
    for (int symbol = 0; symbol < SYMBOLS; symbol++) {
      currencyOfSymbol[symbol] = currency(random.nextInt(100));
      price[symbol] = 10_0000 + random.nextLong(490_0000);
    }
  }

  private static List<String> books() {
    var names = new ArrayList<String>();
    for (String desk : List.of("EQ", "FX", "RATES", "CREDIT", "COMM")) {
      for (String place : List.of("NY", "LDN", "TKY", "ZRH")) {
        names.add(desk + "-" + place);
      }
    }
    return List.copyOf(names);
  }

  private static byte currency(int percent) {
    int left = percent;
    byte currency = 0;
    while (left >= CURRENCY_PERCENT[currency]) {
      left -= CURRENCY_PERCENT[currency++];
    }
    return currency;
  }

  /** A table in which the n-th entry takes a share of 1/(n+1)^exponent. */
  private static short[] zipf(int entries, double exponent) {
    double sum = 0;
    for (int i = 0; i < entries; i++) {
      sum += Math.pow(i + 1, -exponent);
    }
    short[] table = new short[1 << TABLE_BITS];
    double reached = 0;
    int at = 0;
    for (int i = 0; i < entries; i++) {
      reached += Math.pow(i + 1, -exponent) / sum;
      long end = i == entries - 1 ? table.length : Math.round(reached * table.length);
      while (at < end) {
        table[at++] = (short) i;
      }
    }
    return table;
  }

  int book() {
    return bookTable[random.nextInt(1 << TABLE_BITS)];
  }

  int symbol() {
    return symbolTable[random.nextInt(1 << TABLE_BITS)];
  }

  byte currencyOf(int symbol) {
    return currencyOfSymbol[symbol];
  }

  /** The next price of a symbol in ten-thousandths, at most 0.2 % away from the last one. */
  long priceOf(int symbol) {
    long last = price[symbol];
    long step = last / 500;
    long next = last + random.nextLong(2 * step + 1) - step;
    price[symbol] = Math.min(HIGHEST_PRICE, Math.max(LOWEST_PRICE, next));
    return price[symbol];
  }

  /** Three or four capital letters. */
  static String symbolName(int symbol) {
    var name = new StringBuilder();
    int left = symbol * 7919 % 17_576;
    for (int i = 0; i < 3; i++) {
      name.append((char) ('A' + left % 26));
      left /= 26;
    }
    return symbol % 3 == 0 ? name.append((char) ('A' + symbol % 26)).toString() : name.toString();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
