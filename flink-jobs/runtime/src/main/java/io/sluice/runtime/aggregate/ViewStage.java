package io.sluice.runtime.aggregate;

import io.sluice.runtime.ledger.StageCounts;
import io.sluice.runtime.ledger.ViewCounts;
import io.sluice.runtime.measure.StageMetric;
import io.sluice.runtime.reject.ViewRejects;
import java.util.List;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;

/**
 * What every operator of a view does besides its own work: count events for the ledger, turn rows
 * away (counted as {@code rejects}), report before a barrier.
 */
final class ViewStage {
  private final ViewRejects rows;
  private final Output<?> output;
  private final Counter rejects;
  private final StageCounts report = new StageCounts();
  private final ViewCounts counts;

  /**
   * @param rowType the rows that may be rejected
   * @param key what identifies them
   */
  ViewStage(String view, RowType rowType, List<String> key, Output<?> output, MetricGroup metrics) {
    this.rows = new ViewRejects(view, rowType, key);
    this.output = output;
    this.rejects =
        StageMetric.VIEW_REJECTS.in(metrics, view).counter(StageMetric.VIEW_REJECTS.text());
    this.counts = report.view(view);
  }

  ViewCounts counts() {
    return counts;
  }

  /** Rejects a row because a column of the view cannot be computed. */
  void reject(RowData row, String column, String reason) {
    rejects.inc();
    output.collect(
        ViewRejects.OUTPUT, new StreamRecord<>(rows.view(row, "arithmetic:" + column, reason)));
  }

  /** Hands the counts to the ledger; called before every barrier and at the end of all input. */
  void report() {
    if (!counts.isEmpty()) {
      output.collect(StageCounts.OUTPUT, new StreamRecord<>(report.toRow()));
      counts.clear();
    }
  }
}
