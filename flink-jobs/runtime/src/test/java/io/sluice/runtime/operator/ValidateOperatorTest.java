package io.sluice.runtime.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.definition.Expectation;
import io.sluice.definition.Expectation.Action;
import io.sluice.definition.Expectation.Check;
import io.sluice.runtime.SilverLayout;
import io.sluice.runtime.TestingHarness;
import io.sluice.runtime.TestingOrders;
import io.sluice.runtime.ledger.AccountedOffsets;
import io.sluice.runtime.ledger.StageCounts;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.RowData;
import org.junit.jupiter.api.Test;

class ValidateOperatorTest {

  private static SilverLayout layout(Action action) {
    return TestingOrders.layout(new Expectation("required:id", "id", new Check.Required(), action));
  }

  private static OneInputStreamOperatorTestHarness<RowData, RowData> harness(SilverLayout layout)
      throws Exception {
    return TestingHarness.of(
        new ValidateOperator(layout, AccountedOffsets.none(TestingOrders.TOPIC)),
        layout.workingType(),
        layout.workingType());
  }

  private static RowData withoutId(SilverLayout layout) {
    return TestingOrders.working(layout, 0, 1, null, 1_000, "1.00");
  }

  @Test
  void quarantinesARecordThatBreaksARule() throws Exception {
    SilverLayout layout = layout(Action.QUARANTINE);
    try (var harness = harness(layout)) {
      harness.open();
      harness.processElement(withoutId(layout), 0);
      harness.processElement(TestingOrders.working(layout, 0, 2, "a", 1_000, "1.00"), 0);
      assertThat(TestingHarness.rows(harness)).hasSize(1);
      RowData reject = TestingHarness.rejects(harness).get(0);
      assertThat(reject.getString(8).toString()).isEqualTo("validate");
      assertThat(reject.getString(9).toString()).isEqualTo("required:id");
      assertThat(reject.getInt(7)).as("schema id").isEqualTo(7);
    }
  }

  @Test
  void keepsAndCountsAWarning() throws Exception {
    SilverLayout layout = layout(Action.WARN);
    try (var harness = harness(layout)) {
      harness.open();
      harness.processElement(withoutId(layout), 0);
      assertThat(TestingHarness.rows(harness)).hasSize(1);
      StageCounts counts = TestingHarness.counts(harness, 1);
      assertThat(counts.rejectedCount()).isZero();
      assertThat(counts.keptByRule().size()).isEqualTo(1);
    }
  }

  @Test
  void stopsTheJobForGoodWhenTheContractSaysSo() throws Exception {
    SilverLayout layout = layout(Action.FAIL);
    try (var harness = harness(layout)) {
      harness.open();
      assertThatThrownBy(() -> harness.processElement(withoutId(layout), 0))
          .isInstanceOf(SuppressRestartsException.class)
          .cause()
          .hasMessageContaining("required:id")
          .hasMessageContaining("partition 0 offset 1");
    }
  }
}
