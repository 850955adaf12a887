package io.sluice.runtime.measure;

import java.util.List;
import org.apache.flink.metrics.MetricGroup;

/** The metrics of the stages of datasets and views, with the names of their labels. */
public enum StageMetric {
  DQ_EVALUATED(
      List.of("dataset"),
      "dq_evaluated_total",
      "counter",
      "records",
      "decoded records that were checked against the rules of the contract"),
  DQ_REJECTED(
      List.of("dataset", "rule"),
      "dq_rejected_total",
      "counter",
      "records",
      "records that a stage rejected, by the rule that the reject carries. Replayed records count again"),
  DEDUP_DROPPED(
      List.of("dataset"),
      "dedup_dropped_total",
      "counter",
      "records",
      "duplicates. Replayed records count again"),
  COLUMNS_IGNORED(
      List.of("dataset"),
      "columnsIgnored",
      "counter",
      "columns",
      "new columns of writers that silver does not get"),
  WATERMARK(
      List.of("dataset"),
      "watermark",
      "gauge",
      "milliseconds since 1970",
      "event time that the subtask has reached; the smallest long before the first record"),
  HELD_BY(
      List.of("dataset"),
      "heldBy",
      "gauge",
      "",
      "the partition that event time waits for; -1 for none"),
  LEDGER_GAP(
      List.of("dataset"),
      "ledger_gap",
      "gauge",
      "records",
      "consumed records and events of views that are not accounted for, since the task started; always 0, or records were lost or doubled"),
  LEDGER_CONSUMED(
      List.of("dataset"),
      "ledger_consumed",
      "gauge",
      "records",
      "consumed since the pipeline began, as of the last checkpoint; survives restarts"),
  LEDGER_SILVER(
      List.of("dataset"),
      "ledger_silver",
      "gauge",
      "records",
      "of them, those that went to silver"),
  LEDGER_REJECTED(
      List.of("dataset"), "ledger_rejected", "gauge", "records", "of them, the rejected ones"),
  LEDGER_DUPLICATES(
      List.of("dataset"), "ledger_duplicates", "gauge", "records", "of them, the duplicates"),
  LATE(
      List.of("view"),
      "late_total",
      "counter",
      "events",
      "events that came after their window was final; they stand in the late table"),
  LEFT_OUT(
      List.of("view"),
      "left_out_events",
      "counter",
      "events",
      "events of windows that began before the view did"),
  OPEN_WINDOWS(
      List.of("view"), "openWindows", "gauge", "windows", "windows of a key that are not final"),
  VIEW_REJECTS(
      List.of("view"),
      "rejects",
      "counter",
      "rows",
      "events and results that a view rejects because a column cannot be computed");

  private final List<String> labels;
  private final String text;
  private final String kind;
  private final String unit;
  private final String meaning;

  StageMetric(List<String> labels, String text, String kind, String unit, String meaning) {
    this.labels = labels;
    this.text = text;
    this.kind = kind;
    this.unit = unit;
    this.meaning = meaning;
  }

  /** The metric's name, without Flink's scope. */
  public String text() {
    return text;
  }

  /** The labels, outermost group first. */
  public List<String> labels() {
    return labels;
  }

  /** One of gauge, counter, histogram. */
  public String kind() {
    return kind;
  }

  /** What is counted or measured; empty for a number without one. */
  public String unit() {
    return unit;
  }

  /** One or two sentences for the reference. */
  public String meaning() {
    return meaning;
  }

  /**
   * The group of the metric.
   *
   * @param operator of the operator that registers it
   * @param values of the labels, in their order
   */
  public MetricGroup in(MetricGroup operator, String... values) {
    if (values.length != labels.size()) {
      throw new IllegalArgumentException(
          "The metric %s has the labels %s, not %d".formatted(text, labels, values.length));
    }
    MetricGroup group = operator;
    for (int i = 0; i < values.length; i++) {
      group = group.addGroup(labels.get(i), values[i]);
    }
    return group;
  }
}
