package io.sluice.delta.upsert;

import io.sluice.delta.schema.Columns;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.types.logical.LogicalTypeFamily;
import org.apache.flink.table.types.logical.RowType;

/**
 * How long an upsert's index remembers a key that does not change.
 *
 * @param retain positive; null for ever
 * @param clock by which it ages
 * @param timeColumn a timestamp column whose values move the clock; null if it goes by itself
 */
@Internal
public record IndexRetention(Duration retain, IndexClock.Source clock, String timeColumn)
    implements Serializable {

  /** Remembers everything. */
  public static final IndexRetention FOREVER =
      new IndexRetention(null, () -> IndexClock.PROCESSING_TIME, null);

  public IndexRetention {
    Objects.requireNonNull(clock, "clock");
    if (retain != null && retain.toMillis() <= 0) {
      throw new IllegalArgumentException(
          "An index that forgets after " + retain + " remembers nothing: take at least 1 ms");
    }
  }

  /** A copy that remembers for another time. */
  IndexRetention retain(Duration other) {
    return new IndexRetention(other, clock, timeColumn);
  }

  /** A copy whose keys age by another clock, which a column moves. */
  IndexRetention by(IndexClock.Source other, String column) {
    return new IndexRetention(retain, other, column);
  }

  /** The index of the time column; empty if there is none. */
  Optional<Integer> timeIndex(RowType rowType) {
    return timeColumn == null
        ? Optional.empty()
        : Optional.of(Columns.indexes(rowType, List.of(timeColumn), "Time column")[0]);
  }

  /**
   * @throws IllegalArgumentException if the time column is none
   */
  void check(RowType rowType) {
    timeIndex(rowType)
        .map(rowType::getTypeAt)
        .filter(type -> !type.is(LogicalTypeFamily.TIMESTAMP))
        .ifPresent(
            type -> {
              throw new IllegalArgumentException(
                  "Time column '" + timeColumn + "' is " + type + ", which is no timestamp");
            });
  }
}
