package io.sluice.runtime.aggregate;

import io.sluice.runtime.reject.ViewRejects;
import java.util.List;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;

/** Where an operator of a view sends what it rejects; counts it as {@code rejects}. */
final class RejectOutput {
  private final ViewRejects rows;
  private final Output<?> output;
  private final Counter rejects;

  /**
   * @param rowType the rows that may be rejected
   * @param key what identifies them
   */
  RejectOutput(
      String view, RowType rowType, List<String> key, Output<?> output, MetricGroup metrics) {
    this.rows = new ViewRejects(view, rowType, key);
    this.output = output;
    this.rejects = metrics.counter("rejects");
  }

  /** Rejects a row because a column of the view cannot be computed. */
  void arithmetic(RowData row, String column, String reason) {
    rejects.inc();
    output.collect(
        ViewRejects.OUTPUT, new StreamRecord<>(rows.view(row, "arithmetic:" + column, reason)));
  }
}
