package io.sluice.runtime.row;

import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;

/**
 * The layout of a Kafka record as it enters the job: bytes, key, headers and coordinates, nothing
 * decoded.
 *
 * <p>A record with offset -1 is an announcement: the source reader emits one for every partition
 * that it is assigned, before any record of it, so that event time knows of silent partitions.
 */
public final class RawRecord {
  public static final int TOPIC = 0;
  public static final int PARTITION = 1;
  public static final int OFFSET = 2;
  public static final int TIMESTAMP = 3;
  public static final int KEY = 4;
  public static final int VALUE = 5;
  public static final int HEADERS = 6;

  /** Milliseconds are what Kafka keeps. */
  public static final int TIMESTAMP_PRECISION = 3;

  private static final LogicalType BYTES = new VarBinaryType(VarBinaryType.MAX_LENGTH);

  /** An array of (key, value) pairs in the order of the record; keys may repeat. */
  public static final LogicalType HEADERS_TYPE =
      new ArrayType(
          false,
          RowType.of(
              new LogicalType[] {VarCharType.STRING_TYPE, BYTES}, new String[] {"key", "value"}));

  public static final RowType ROW_TYPE =
      RowType.of(
          false,
          new LogicalType[] {
            new VarCharType(false, VarCharType.MAX_LENGTH),
            new IntType(false),
            new BigIntType(false),
            new LocalZonedTimestampType(false, TIMESTAMP_PRECISION),
            BYTES,
            BYTES,
            HEADERS_TYPE
          },
          new String[] {"topic", "partition", "offset", "timestamp", "key", "value", "headers"});

  /** 1900-01-01T00:00:00Z: Spark stops at earlier times of files that it did not write itself. */
  private static final long FIRST_ARRIVAL_MILLIS = -2_208_988_800_000L;

  /** 9999-12-31T23:59:59.999Z, the last millisecond that every reader of a table takes. */
  private static final long LAST_ARRIVAL_MILLIS = 253_402_300_799_999L;

  private RawRecord() {}

  /** Whether the row announces a partition instead of carrying a record. */
  public static boolean isAnnouncement(RowData raw) {
    return raw.getLong(OFFSET) < 0;
  }

  /**
   * The time of arrival: the Kafka timestamp, or the nearest time that fits a table when a producer
   * sent a number that is none, such as the largest long. Nothing computes with the number itself.
   */
  public static TimestampData arrival(RowData raw) {
    TimestampData timestamp = raw.getTimestamp(TIMESTAMP, TIMESTAMP_PRECISION);
    return isTime(timestamp.getMillisecond())
        ? timestamp
        : TimestampData.fromEpochMillis(timestampMillis(raw));
  }

  /** The time of {@link #arrival} in milliseconds since the epoch. */
  public static long timestampMillis(RowData raw) {
    long millis = raw.getTimestamp(TIMESTAMP, TIMESTAMP_PRECISION).getMillisecond();
    return Math.max(FIRST_ARRIVAL_MILLIS, Math.min(LAST_ARRIVAL_MILLIS, millis));
  }

  /** The Kafka timestamp as a number when {@link #arrival} is another time, else null. */
  public static Long unusualTimestamp(RowData raw) {
    long millis = raw.getTimestamp(TIMESTAMP, TIMESTAMP_PRECISION).getMillisecond();
    return isTime(millis) ? null : millis;
  }

  private static boolean isTime(long millis) {
    return millis >= FIRST_ARRIVAL_MILLIS && millis <= LAST_ARRIVAL_MILLIS;
  }
}
