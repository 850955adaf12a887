package io.sluice.runtime.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.definition.edit.KeptDefinition;
import io.sluice.runtime.TestingHarness;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.table.data.RowData;
import org.junit.jupiter.api.Test;

class LedgerOperatorTest {

  private static LedgerOperator operator() {
    return operator(new KeptDefinition(Map.of(), Map.of()), Optional.empty());
  }

  private static LedgerOperator operator(
      KeptDefinition definition, Optional<KeptDefinition> compared) {
    return new LedgerOperator(
        "orders", "id-1", new DefinitionGuard(definition, compared), Map.of());
  }

  private static KeptDefinition windowOf(String size) {
    return KeptDefinition.parse(List.of("VIEW\tby_shop\twindow\t" + size));
  }

  private static void restore(OperatorSubtaskState state, LedgerOperator operator)
      throws Exception {
    try (var harness = TestingHarness.of(operator, StageCounts.ROW_TYPE, LedgerOperator.ROW_TYPE)) {
      harness.initializeState(state);
      harness.open();
    }
  }

  @Test
  void refusesStateOfAnotherDefinitionUnlessItWasCompared() throws Exception {
    KeptDefinition minute = windowOf("1m");
    KeptDefinition hour = windowOf("1h");
    OperatorSubtaskState state;
    try (var harness =
        TestingHarness.of(
            operator(minute, Optional.empty()), StageCounts.ROW_TYPE, LedgerOperator.ROW_TYPE)) {
      harness.open();
      state = harness.snapshot(1, 1);
    }
    restore(state, operator(minute, Optional.empty()));
    restore(state, operator(hour, Optional.of(minute)));
    assertThatThrownBy(() -> restore(state, operator(hour, Optional.empty())))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("another definition of the pipeline")
        .hasMessageContaining("Only the state has [VIEW by_shop window 1m]")
        .hasMessageContaining("only the pipeline has [VIEW by_shop window 1h]");
  }

  private static RowData decoded() {
    StageCounts counts = new StageCounts();
    counts.consumed("t/0", 5);
    counts.consumed("t/0", 6);
    counts.consumed("t/1", 0);
    counts.rejected("corrupt");
    return counts.toRow();
  }

  private static RowData accepted() {
    StageCounts counts = new StageCounts();
    counts.silver();
    return counts.toRow();
  }

  @Test
  void writesOneBalancedRowPerCheckpointAndShowsAGap() throws Exception {
    try (var harness =
        TestingHarness.of(operator(), StageCounts.ROW_TYPE, LedgerOperator.ROW_TYPE)) {
      harness.open();
      harness.prepareSnapshotPreBarrier(1);
      assertThat(TestingHarness.rows(harness)).isEmpty();
      harness.processElement(decoded(), 0);
      harness.processElement(accepted(), 0);
      harness.prepareSnapshotPreBarrier(2);
      RowData row = TestingHarness.rows(harness).get(0);
      assertThat(row.getString(0).toString()).isEqualTo("orders");
      assertThat(row.getLong(2)).isEqualTo(2);
      assertThat(row.getLong(3)).as("consumed").isEqualTo(3);
      assertThat(row.getLong(4)).as("silver").isEqualTo(1);
      assertThat(row.getLong(5)).as("rejected").isEqualTo(1);
      assertThat(row.getLong(8)).as("gap").isEqualTo(1);
      assertThat(row.getMap(12).size()).as("partitions").isEqualTo(2);
      assertThat(row.getString(13)).as("topic").hasToString("id-1");
    }
  }

  @Test
  void totalsSurviveARestartAndKeepTheNamesOfRules() throws Exception {
    OperatorSubtaskState state;
    LedgerOperator first = operator();
    try (var harness = TestingHarness.of(first, StageCounts.ROW_TYPE, LedgerOperator.ROW_TYPE)) {
      harness.open();
      harness.processElement(decoded(), 0);
      harness.prepareSnapshotPreBarrier(1);
      state = harness.snapshot(1, 0);
    }
    LedgerOperator second = operator();
    try (var harness = TestingHarness.of(second, StageCounts.ROW_TYPE, LedgerOperator.ROW_TYPE)) {
      harness.initializeState(state);
      harness.open();
      harness.processElement(rejectedBy("maximum:\"fare\""), 0);
      assertThat(second.totals().text()).as("before the barrier").doesNotContain("fare");
      harness.prepareSnapshotPreBarrier(2);
      assertThat(second.totals().text())
          .isEqualTo(
              "{\"consumed\":3,\"silver\":0,\"duplicates\":0,\"filtered\":0,"
                  + "\"rejected\":{\"corrupt\":1,\"maximum:\\\"fare\\\"\":1},\"kept\":{}}");
    }
  }

  private static RowData rejectedBy(String rule) {
    StageCounts counts = new StageCounts();
    counts.rejected(rule);
    return counts.toRow();
  }
}
