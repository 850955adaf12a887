package io.sluice.cli.demo.trade;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Encodes a trade as a Confluent Avro message of {@code schemas/market-risk/trades.avsc}. The order
 * of the fields is written down here, not read from the schema; a test compares the two.
 */
final class TradeEncoder {
  /** An id that no registry hands out in a demo. */
  static final int UNKNOWN_SCHEMA = 2_000_000_000;

  private static final int ID_DIGITS = 9;
  private static final int NULL_BRANCH = 0;
  private static final int VALUE_BRANCH = 1;
  private static final int NO_SUCH_BRANCH = 57;
  private static final byte[] BAD_SYMBOL = Market.utf8("not a symbol!");
  private static final byte[] UNKNOWN_CURRENCY = Market.utf8("ZZZ");

  private final byte[][] books = encoded(Market.BOOKS);
  private final byte[][] currencies = encoded(Market.CURRENCIES);
  private final byte[][] venues = encoded(Market.VENUES);
  private final byte[][] symbols = new byte[Market.SYMBOLS][];
  private final byte[][] traders = new byte[Market.TRADERS][];
  private final byte[] idPrefix;
  private final int schemaId;
  private final AvroBuffer buffer = new AvroBuffer();

  TradeEncoder(long seed, int schemaId) {
    this.schemaId = schemaId;
    idPrefix = Market.utf8("T" + Integer.toHexString(Long.hashCode(seed) & 0xFFFF) + "-");
    for (int i = 0; i < symbols.length; i++) {
      symbols[i] = Market.utf8(Market.symbolName(i));
    }
    for (int i = 0; i < traders.length; i++) {
      traders[i] = Market.utf8(String.format("trader-%02d", i));
    }
  }

  /**
   * What only the bytes need.
   *
   * @param trader negative for none
   */
  record Detail(int symbol, int trader, int venue) {}

  /** The key and the value of the Kafka record; each may be null. */
  @SuppressWarnings("ArrayRecordComponent")
  public record Message(byte[] key, byte[] value) {}

  /**
   * A message.
   *
   * @param number the event that made the trade known; its identity
   */
  Message encode(int number, TradeKind kind, DemoEvents.Values trade, Detail detail) {
    byte[] id = id(number);
    byte[] key = kind == TradeKind.NULL_TRADE_ID ? null : id;
    return switch (kind) {
      case NULL_VALUE -> new Message(key, null);
      case EMPTY_VALUE -> new Message(key, new byte[0]);
      default -> {
        write(kind, id, trade, detail);
        // Half of the record is never a record: Avro has no way to leave a field out.
        int end = kind == TradeKind.TRUNCATED ? buffer.size() / 2 : buffer.size();
        yield new Message(key, buffer.copy(0, end));
      }
    };
  }

  private void write(TradeKind kind, byte[] id, DemoEvents.Values trade, Detail detail) {
    buffer.reset();
    buffer.writeByte(kind == TradeKind.WRONG_MAGIC ? 0x7F : 0);
    buffer.writeBigEndianInt(kind == TradeKind.UNKNOWN_SCHEMA_ID ? UNKNOWN_SCHEMA : schemaId);
    if (kind == TradeKind.CORRUPT) {
      buffer.writeLong(NO_SUCH_BRANCH);
    } else {
      optional(kind == TradeKind.NULL_TRADE_ID ? null : id);
    }
    buffer.writeLong(trade.eventMicros());
    buffer.writeBytes(books[trade.book()]);
    buffer.writeBytes(kind == TradeKind.BAD_SYMBOL ? BAD_SYMBOL : symbols[detail.symbol()]);
    buffer.writeLong(trade.signedQuantity() < 0 ? 1 : 0);
    buffer.writeLong(Math.abs(trade.signedQuantity()));
    buffer.writeDecimal(trade.price());
    if (kind == TradeKind.NULL_POSITION) {
      buffer.writeLong(NULL_BRANCH);
    } else {
      buffer.writeLong(VALUE_BRANCH);
      buffer.writeDecimal(trade.position());
    }
    buffer.writeBytes(
        kind == TradeKind.UNKNOWN_CURRENCY ? UNKNOWN_CURRENCY : currencies[trade.currency()]);
    optional(detail.trader() < 0 ? null : traders[detail.trader()]);
    buffer.writeBytes(venues[detail.venue()]);
    buffer.writeLong(kind == TradeKind.AMENDED ? 1 : kind == TradeKind.CANCELLED ? 2 : 0);
  }

  private void optional(byte[] text) {
    if (text == null) {
      buffer.writeLong(NULL_BRANCH);
    } else {
      buffer.writeLong(VALUE_BRANCH);
      buffer.writeBytes(text);
    }
  }

  private byte[] id(int event) {
    byte[] id = new byte[idPrefix.length + ID_DIGITS];
    System.arraycopy(idPrefix, 0, id, 0, idPrefix.length);
    int left = event;
    for (int i = id.length - 1; i >= idPrefix.length; i--) {
      id[i] = (byte) ('0' + left % 10);
      left /= 10;
    }
    return id;
  }

  private static byte[][] encoded(List<String> names) {
    return names.stream().map(name -> name.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
  }
}
