package io.sluice.runtime.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.SilverLayout;
import io.sluice.runtime.TestingHarness;
import io.sluice.runtime.TestingOrders;
import io.sluice.runtime.ledger.AccountedOffsets;
import java.util.List;
import org.apache.flink.table.data.RowData;
import org.junit.jupiter.api.Test;

class DeriveOperatorTest {

  @Test
  void aRecordWithoutAValueThatSilverNeedsIsTurnedAway() throws Exception {
    SilverLayout layout = TestingOrders.layout();
    try (var harness =
        TestingHarness.of(
            new DeriveOperator(
                layout, List.of("ts", "id"), AccountedOffsets.none(TestingOrders.TOPIC)),
            layout.workingType(),
            layout.workingType())) {
      harness.open();
      harness.processElement(TestingOrders.working(layout, 0, 1, null, 1_000, "1.00"), 0);
      harness.processElement(TestingOrders.working(layout, 0, 2, "a", 1_000, "1.00"), 0);
      assertThat(TestingHarness.rows(harness)).hasSize(1);
      RowData reject = TestingHarness.rejects(harness).get(0);
      assertThat(reject.getString(8).toString()).isEqualTo("derive");
      assertThat(reject.getString(9).toString()).isEqualTo("required:id");
      assertThat(TestingHarness.counts(harness, 1).rejectedCount()).isEqualTo(1);
    }
  }
}
