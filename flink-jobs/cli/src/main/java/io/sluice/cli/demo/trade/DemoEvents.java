package io.sluice.cli.demo.trade;

import java.util.Arrays;

/**
 * What was generated, one column per property and one entry per event, in the order of generation:
 * about 60 bytes an event, so that two million fit easily. The generator fills it, the producer's
 * acknowledgements add partition and offset, the oracle reads it.
 *
 * <p>Not thread-safe: the generating thread appends, one other thread acknowledges; read it after
 * both are done.
 */
public final class DemoEvents {
  private static final long NOT_ACKNOWLEDGED = -1;

  private final byte[] kind;
  private final long[] sendMicros;
  private final long[] eventMicros;
  private final byte[] book;
  private final byte[] currency;
  private final int[] signedQuantity;
  private final long[] price;
  private final long[] position;
  private final int[] origin;
  private final int[] trade;
  private final byte[] partition;
  private final long[] offset;
  private int size;

  /** Makes room for a number of events. */
  public DemoEvents(int capacity) {
    kind = new byte[capacity];
    sendMicros = new long[capacity];
    eventMicros = new long[capacity];
    book = new byte[capacity];
    currency = new byte[capacity];
    signedQuantity = new int[capacity];
    price = new long[capacity];
    position = new long[capacity];
    origin = new int[capacity];
    trade = new int[capacity];
    partition = new byte[capacity];
    offset = new long[capacity];
    Arrays.fill(offset, NOT_ACKNOWLEDGED);
  }

  /**
   * The values of one trade.
   *
   * @param eventMicros event time in microseconds since 1970
   * @param book index in {@link Market#BOOKS}
   * @param currency index in {@link Market#CURRENCIES}
   * @param signedQuantity negative for a sale
   * @param price in ten-thousandths
   * @param position position value in hundredths
   */
  public record Values(
      long eventMicros, int book, int currency, int signedQuantity, long price, long position) {}

  /**
   * Adds an event.
   *
   * @param sendMicros intended send time in microseconds since 1970
   * @param origin the event that this one repeats, or its own number
   * @return its number, counted from 0
   */
  public int add(TradeKind kindOfEvent, long sendMicros, Values values, int origin) {
    return add(kindOfEvent, sendMicros, values, origin, origin);
  }

  /**
   * Adds an event that may replace an earlier one.
   *
   * @param trade the event that made the trade known
   */
  int add(TradeKind kindOfEvent, long sendMicros, Values values, int origin, int trade) {
    int event = size++;
    this.trade[event] = trade;
    kind[event] = (byte) kindOfEvent.ordinal();
    this.sendMicros[event] = sendMicros;
    eventMicros[event] = values.eventMicros;
    book[event] = (byte) values.book;
    currency[event] = (byte) values.currency;
    signedQuantity[event] = values.signedQuantity;
    price[event] = values.price;
    position[event] = values.position;
    this.origin[event] = origin;
    return event;
  }

  /** Notes where the broker put an event. */
  public void acknowledge(int event, int toPartition, long atOffset) {
    partition[event] = (byte) toPartition;
    offset[event] = atOffset;
  }

  /** The number of events generated so far. */
  public int size() {
    return size;
  }

  /** Whether the broker confirmed the event. */
  public boolean acknowledged(int event) {
    return offset[event] != NOT_ACKNOWLEDGED;
  }

  TradeKind kind(int event) {
    return TradeKind.of(kind[event]);
  }

  public long sendMicros(int event) {
    return sendMicros[event];
  }

  long eventMicros(int event) {
    return eventMicros[event];
  }

  public int book(int event) {
    return book[event];
  }

  int currency(int event) {
    return currency[event];
  }

  int signedQuantity(int event) {
    return signedQuantity[event];
  }

  long price(int event) {
    return price[event];
  }

  long position(int event) {
    return position[event];
  }

  int origin(int event) {
    return origin[event];
  }

  /** The event that made the trade known: itself, unless it repeats or replaces one. */
  int trade(int event) {
    return trade[event];
  }

  int partition(int event) {
    return partition[event];
  }

  long offset(int event) {
    return offset[event];
  }

  Values values(int event) {
    return new Values(
        eventMicros[event],
        book[event],
        currency[event],
        signedQuantity[event],
        price[event],
        position[event]);
  }
}
