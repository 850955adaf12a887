package io.sluice.cli.demo.trade;

import java.math.BigDecimal;
import java.util.SortedMap;

/**
 * What the stores must hold, computed from the generated events and the acknowledgements alone.
 *
 * @param acked records that the broker confirmed
 * @param rejected rule to number of records
 * @param duplicates records whose key was seen before
 * @param late records that reach silver but no window
 * @param bronze every confirmed record
 * @param accepted how many valid records are no duplicates
 * @param silver of every trade and day the valid record with the latest event time
 * @param silverPosition the sum of the position values of the rows of silver
 * @param positions the running view, by book
 * @param delta the windows that are final: nothing can change them any more
 * @param jdbc the windows that are closed, final or not
 * @param deltaAfterSilence the windows that are final once all partitions have been silent for the
 *     time of idleness: those that the furthest partition has passed
 * @param jdbcAfterSilence the windows that are closed then
 * @param watermarkMillis the watermark of the whole job after the last record, in milliseconds
 *     since 1970
 */
public record ExpectedResults(
    long acked,
    SortedMap<String, Long> rejected,
    long duplicates,
    long late,
    Offsets bronze,
    long accepted,
    Offsets silver,
    BigDecimal silverPosition,
    SortedMap<String, Position> positions,
    SortedMap<Bucket, Exposure> delta,
    SortedMap<Bucket, Exposure> jdbc,
    SortedMap<Bucket, Exposure> deltaAfterSilence,
    SortedMap<Bucket, Exposure> jdbcAfterSilence,
    long watermarkMillis) {

  /**
   * One row of {@code position_by_book}.
   *
   * @param lastEventMicros the newest event time in microseconds since 1970
   * @param version the number of events in it
   */
  public record Position(BigDecimal position, long lastEventMicros, long version) {}

  /**
   * The key of one row of {@code exposure_by_book_1m}.
   *
   * @param startMillis the start of the window in milliseconds since 1970
   */
  public record Bucket(String book, String currency, long startMillis)
      implements Comparable<Bucket> {
    @Override
    public int compareTo(Bucket other) {
      int byStart = Long.compare(startMillis, other.startMillis);
      int byBook = byStart != 0 ? byStart : book.compareTo(other.book);
      return byBook != 0 ? byBook : currency.compareTo(other.currency);
    }
  }

  /**
   * The values of one row of {@code exposure_by_book_1m}.
   *
   * @param grossNotional sum of quantity times price
   * @param netQuantity bought less sold
   */
  public record Exposure(BigDecimal grossNotional, long netQuantity, long trades) {
    /** Equal as numbers: 1.0 is 1.00. */
    public boolean sameAs(Exposure other) {
      return grossNotional.compareTo(other.grossNotional) == 0
          && netQuantity == other.netQuantity
          && trades == other.trades;
    }
  }

  /** How many records are rejected, whatever the rule. */
  public long rejectedTotal() {
    return rejected.values().stream().mapToLong(Long::longValue).sum();
  }
}
