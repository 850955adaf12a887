package io.sluice.udf;

import org.apache.flink.table.data.TimestampData;

/** Calendar functions. An instant is read in UTC, a local timestamp as it stands. */
public final class TimeFunctions {
  private static final long MILLIS_PER_HOUR = 3_600_000;
  private static final long HOURS_PER_DAY = 24;
  private static final long MILLIS_PER_DAY = HOURS_PER_DAY * MILLIS_PER_HOUR;

  private TimeFunctions() {}

  /**
   * The calendar date, in days since 1970-01-01.
   *
   * @throws ArithmeticException if an int cannot count the days
   */
  public static int date(TimestampData timestamp) {
    long days = Math.floorDiv(timestamp.getMillisecond(), MILLIS_PER_DAY);
    if (days != (int) days) {
      throw new ArithmeticException(
          "the time %d ms is on day %d, which no date can hold"
              .formatted(timestamp.getMillisecond(), days));
    }
    return (int) days;
  }

  /** The hour of the day, 0 to 23. */
  public static long hour(TimestampData timestamp) {
    return Math.floorMod(Math.floorDiv(timestamp.getMillisecond(), MILLIS_PER_HOUR), HOURS_PER_DAY);
  }
}
