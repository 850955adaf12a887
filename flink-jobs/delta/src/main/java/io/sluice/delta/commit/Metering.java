package io.sluice.delta.commit;

import java.io.Serializable;
import java.time.Clock;
import java.util.Objects;
import org.apache.flink.annotation.Internal;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.table.types.logical.RowType;

/**
 * What the metrics of a table are called, and what the age of its rows counts from.
 *
 * @param table the value of the label
 * @param arrivalColumn a timestamp column; null if a row's age counts from when the sink took it
 */
@Internal
public record Metering(String table, String arrivalColumn) implements Serializable {

  private static final long serialVersionUID = 1L;

  public Metering {
    Objects.requireNonNull(table, "table");
  }

  /** A table whose rows do not say when they arrived. */
  public static Metering of(String table) {
    return new Metering(table, null);
  }

  /** The group of the table's metrics. */
  public MetricGroup group(MetricGroup parent) {
    return TableMetric.group(parent, table);
  }

  /**
   * The freshness of what a writer holds, registered in its group.
   *
   * @throws IllegalArgumentException if the rows lack the column of arrival, or it is no timestamp
   */
  public WaitingRows waiting(RowType rows, MetricGroup parent, Clock clock) {
    WaitingRows waiting = new WaitingRows(clock, WaitingRows.arrival(rows, arrivalColumn));
    group(parent).gauge(TableMetric.FRESHNESS.text(), waiting::seconds);
    return waiting;
  }

  /** The freshness of what waits for its commit, registered in its group. */
  WaitingRows waiting(MetricGroup parent, Clock clock) {
    WaitingRows waiting = new WaitingRows(clock, WaitingRows.UNKNOWN);
    group(parent).gauge(TableMetric.FRESHNESS.text(), waiting::seconds);
    return waiting;
  }
}
