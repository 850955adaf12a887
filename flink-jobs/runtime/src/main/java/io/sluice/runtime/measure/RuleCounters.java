package io.sluice.runtime.measure;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * A counter per rule of a dataset, {@link StageMetric#DQ_REJECTED}. Rules come from contracts,
 * derivations and the code, so that there are only so many of them.
 */
public final class RuleCounters {
  private final String dataset;
  private final MetricGroup operator;
  private final Map<String, Counter> counters = new HashMap<>();

  /**
   * @param operator the group of the operator
   */
  public RuleCounters(String dataset, MetricGroup operator) {
    this.dataset = dataset;
    this.operator = operator;
  }

  /** Shows a rule with 0 before its first reject: of a series that begins at 1 no rate is known. */
  public void expect(String rule) {
    of(rule);
  }

  /** Counts a reject. */
  public void rejected(String rule) {
    of(rule).inc();
  }

  private Counter of(String rule) {
    return counters.computeIfAbsent(
        rule,
        r ->
            StageMetric.DQ_REJECTED
                .in(operator, dataset, r)
                .counter(StageMetric.DQ_REJECTED.text()));
  }
}
