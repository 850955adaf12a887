package io.sluice.delta.commit;

import java.time.Clock;
import java.util.function.ToLongFunction;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/**
 * Since when the oldest row waits that one part of a sink holds. Only the first row after a barrier
 * is asked for its time of arrival: rows of a partition come in that order, nearly.
 *
 * <p>Told by the task's thread, read by those of metrics reporters.
 */
@Internal
public final class WaitingRows {

  /** Gives no time: the clock's is taken. */
  static final ToLongFunction<RowData> UNKNOWN = row -> Long.MAX_VALUE;

  private static final long NONE = Long.MIN_VALUE;
  private static final double MILLIS_PER_SECOND = 1000;

  private final Clock clock;
  private final ToLongFunction<RowData> arrival;
  private volatile long since = NONE;

  /**
   * @param arrival epoch milliseconds of a row; what lies in the future counts as now
   */
  WaitingRows(Clock clock, ToLongFunction<RowData> arrival) {
    this.clock = clock;
    this.arrival = arrival;
  }

  static ToLongFunction<RowData> arrival(RowType rows, String column) {
    if (column == null) {
      return UNKNOWN;
    }
    int index = rows.getFieldIndex(column);
    if (index < 0 || !isTimestamp(rows.getTypeAt(index))) {
      throw new IllegalArgumentException(
          "The column of arrival '%s' is not a timestamp among %s"
              .formatted(column, rows.getFieldNames()));
    }
    int precision = LogicalTypeChecks.getPrecision(rows.getTypeAt(index));
    return row ->
        row.isNullAt(index) ? Long.MAX_VALUE : row.getTimestamp(index, precision).getMillisecond();
  }

  private static boolean isTimestamp(LogicalType type) {
    return type.is(LogicalTypeRoot.TIMESTAMP_WITH_LOCAL_TIME_ZONE)
        || type.is(LogicalTypeRoot.TIMESTAMP_WITHOUT_TIME_ZONE);
  }

  /** Takes a row; it waits from its arrival on. */
  public void took(RowData row) {
    if (since == NONE) {
      since = Math.min(arrival.applyAsLong(row), clock.millis());
    }
  }

  /** Something waits from now on, unless it does already. */
  public void began() {
    if (since == NONE) {
      since = clock.millis();
    }
  }

  /** Nothing waits here any more. */
  public void ended() {
    since = NONE;
  }

  /** The age of the oldest row in seconds; 0 if none waits. */
  public double seconds() {
    long oldest = since;
    return oldest == NONE ? 0 : Math.max(0, clock.millis() - oldest) / MILLIS_PER_SECOND;
  }
}
