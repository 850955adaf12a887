package io.sluice.runtime.stage;

import io.sluice.runtime.ledger.AccountedOffsets;
import io.sluice.runtime.ledger.StageCounts;
import io.sluice.runtime.measure.RuleCounters;
import io.sluice.runtime.reject.Rejects;
import io.sluice.runtime.row.RawRecord;
import io.sluice.runtime.silver.SilverLayout;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.RowData;

/**
 * What every stage does besides its own work: count for the ledger, turn records away, report
 * before a barrier. Records that the ledger accounts for already are processed but not counted.
 */
final class Stage {
  private final String name;
  private final AccountedOffsets accounted;
  private final Output<?> output;
  private final StageCounts counts = new StageCounts();
  private final RuleCounters rejects;

  Stage(
      String name,
      String dataset,
      AccountedOffsets accounted,
      Output<?> output,
      MetricGroup metrics) {
    this.name = name;
    this.accounted = accounted;
    this.output = output;
    this.rejects = new RuleCounters(dataset, metrics);
  }

  StageCounts counts() {
    return counts;
  }

  boolean isNew(int partition, long offset) {
    return accounted.isNew(partition, offset);
  }

  boolean isNew(RowData raw) {
    return isNew(raw.getInt(RawRecord.PARTITION), raw.getLong(RawRecord.OFFSET));
  }

  /** Shows a rule among the metrics before it rejects anything. */
  void expect(String rule) {
    rejects.expect(rule);
  }

  /** Counts a row that goes into silver, and the rules in spite of which it was kept. */
  void accept(SilverLayout layout, RowData row) {
    counts.silver();
    if (!row.isNullAt(layout.kept())) {
      for (String index : row.getString(layout.kept()).toString().split(",")) {
        int expectation = Integer.parseInt(index);
        counts.kept(layout.dataset().contract().expectations().get(expectation).rule());
      }
    }
  }

  /** Rejects a record, with its bytes as they came. */
  void reject(RowData raw, Integer schemaId, String rule, String reason) {
    rejects.rejected(rule);
    if (isNew(raw)) {
      counts.rejected(rule);
    }
    output.collect(
        Rejects.OUTPUT, new StreamRecord<>(Rejects.row(raw, schemaId, name, rule, reason)));
  }

  /** Hands the counts to the ledger; called before every barrier and at the end of all input. */
  void report() {
    if (!counts.isEmpty()) {
      output.collect(StageCounts.OUTPUT, new StreamRecord<>(counts.toRow()));
      counts.clear();
    }
  }
}
