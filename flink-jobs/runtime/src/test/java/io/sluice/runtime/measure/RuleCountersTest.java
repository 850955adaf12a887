package io.sluice.runtime.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.Test;

class RuleCountersTest {
  private final Map<String, Counter> registered = new TreeMap<>();

  /** Notes each counter with the labels in front of it. */
  private final class TestingGroup extends UnregisteredMetricsGroup {
    private final String labels;

    TestingGroup(String labels) {
      this.labels = labels;
    }

    @Override
    public MetricGroup addGroup(String key, String value) {
      return new TestingGroup(labels + key + "=" + value + " ");
    }

    @Override
    public Counter counter(String name) {
      Counter counter = super.counter(name);
      assertThat(registered.put(labels + name, counter)).as("registered twice").isNull();
      return counter;
    }
  }

  private long count(String rule) {
    return registered.get("dataset=trades rule=" + rule + " dq_rejected_total").getCount();
  }

  /** A contract may name its rules as it likes. */
  @Test
  void countsEachRuleByItself() {
    RuleCounters counters = new RuleCounters("trades", new TestingGroup(""));
    counters.expect("required:id");
    assertThat(count("required:id")).isZero();
    counters.rejected("required:id");
    counters.rejected("no \"x\"\n");
    counters.rejected("required:id");
    counters.expect("required:id");
    assertThat(count("required:id")).isEqualTo(2);
    assertThat(count("no \"x\"\n")).isEqualTo(1);
    assertThat(registered).hasSize(2);
  }

  @Test
  void aMetricHasTheLabelsOfTheReference() {
    StageMetric.LATE.in(new TestingGroup(""), "v").counter(StageMetric.LATE.text());
    assertThat(registered).containsOnlyKeys("view=v late_total");
    assertThatThrownBy(() -> StageMetric.DQ_REJECTED.in(new TestingGroup(""), "trades"))
        .hasMessage("The metric dq_rejected_total has the labels [dataset, rule], not 1");
  }
}
