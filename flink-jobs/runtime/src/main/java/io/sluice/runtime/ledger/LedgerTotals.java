package io.sluice.runtime.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.runtime.measure.StageMetric;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;

/**
 * What the ledger of one dataset has counted since the pipeline began, as metrics. The totals live
 * in the job's state, so that a restart does not begin at zero.
 *
 * <p>The gauge {@code ledger_counts} is a JSON object: {@code consumed}, {@code silver}, {@code
 * duplicates}, {@code filtered}, {@code rejected} and {@code kept}, the last two by rule. A metric
 * per rule would lose the rule's name in REST: Flink replaces its colon.
 */
final class LedgerTotals {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final StageCounts total = new StageCounts();
  // Metrics are read by another thread.
  private volatile String text;
  private volatile long consumed;
  private volatile long silver;
  private volatile long rejected;
  private volatile long duplicates;

  /**
   * @param operator the group of the operator
   */
  LedgerTotals(String dataset, MetricGroup operator) {
    MetricGroup metrics = StageMetric.LEDGER_CONSUMED.in(operator, dataset);
    publish();
    metrics.gauge("ledger_counts", (Gauge<String>) () -> text);
    metrics.gauge(StageMetric.LEDGER_CONSUMED.text(), (Gauge<Long>) () -> consumed);
    metrics.gauge(StageMetric.LEDGER_SILVER.text(), (Gauge<Long>) () -> silver);
    metrics.gauge(StageMetric.LEDGER_REJECTED.text(), (Gauge<Long>) () -> rejected);
    metrics.gauge(StageMetric.LEDGER_DUPLICATES.text(), (Gauge<Long>) () -> duplicates);
  }

  /** Adds the counts of a checkpoint, or restored totals. */
  void add(RowData counts) {
    total.addDataset(counts);
    publish();
  }

  /** The value of {@code ledger_counts}. */
  String text() {
    return text;
  }

  RowData toRow() {
    return total.datasetRow();
  }

  private void publish() {
    consumed = total.consumedCount();
    silver = total.silverCount();
    rejected = total.rejectedCount();
    duplicates = total.duplicateCount();
    Counts counts =
        new Counts(
            consumed,
            silver,
            duplicates,
            total.filteredCount(),
            byRule(total.rejectedByRule()),
            byRule(total.keptByRule()));
    try {
      text = JSON.writeValueAsString(counts);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Numbers and names cannot be written as JSON.", e);
    }
  }

  /** The object of {@code ledger_counts}. */
  private record Counts(
      long consumed,
      long silver,
      long duplicates,
      long filtered,
      Map<String, Long> rejected,
      Map<String, Long> kept) {}

  private static Map<String, Long> byRule(MapData map) {
    Map<String, Long> counts = new TreeMap<>();
    StageCounts.each(map, counts::put);
    return counts;
  }
}
