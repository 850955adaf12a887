package io.sluice.runtime.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.TestingHarness;
import io.sluice.runtime.TestingOrders;
import io.sluice.runtime.ledger.AccountedOffsets;
import io.sluice.runtime.silver.SilverLayout;
import java.util.List;
import java.util.Map;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.RowData;
import org.junit.jupiter.api.Test;

class DeriveOperatorTest {

  @Test
  void aRecordWithoutAValueThatSilverNeedsIsTurnedAway() throws Exception {
    SilverLayout layout = TestingOrders.layout();
    try (var harness =
        TestingHarness.of(
            new DeriveOperator(
                layout, List.of("ts", "id"), List.of(), AccountedOffsets.none(TestingOrders.TOPIC)),
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

  private static OneInputStreamOperatorTestHarness<RowData, RowData> byTime(
      SilverLayout layout, AccountedOffsets accounted) throws Exception {
    return TestingHarness.of(
        new DeriveOperator(layout, List.of(), List.of("ts"), accounted),
        layout.workingType(),
        layout.workingType());
  }

  @Test
  void recordsBetweenTwoBarriersNameABoundedNumberOfPartitions() throws Exception {
    SilverLayout layout = TestingOrders.layout();
    int limit = PartitionLimit.PER_CHECKPOINT;
    try (var harness = byTime(layout, AccountedOffsets.none(TestingOrders.TOPIC))) {
      harness.open();
      for (int round = 0; round < 2; round++) {
        for (long time = 0; time < limit + 10; time++) {
          harness.processElement(TestingOrders.working(layout, 0, time, "a", time, "1.00"), 0);
        }
      }
      assertThat(TestingHarness.rows(harness)).hasSize(2 * limit);
      assertThat(TestingHarness.rejects(harness)).hasSize(20);
      RowData reject = TestingHarness.rejects(harness).get(0);
      assertThat(reject.getString(9)).hasToString("too_many_partitions:ts");
      assertThat(reject.getString(10))
          .hasToString(
              "silver is partitioned by ts, and the records since the last checkpoint name 5,000 values of it already; replay the record later, or partition silver by something coarser");
      assertThat(TestingHarness.counts(harness, 1).rejectedCount()).isEqualTo(20);
      harness.processElement(TestingOrders.working(layout, 0, 1, "a", limit + 5, "1.00"), 0);
      assertThat(TestingHarness.rows(harness)).hasSize(2 * limit + 1);
      for (long time = limit - 1; time >= 0; time--) {
        harness.processElement(TestingOrders.working(layout, 0, time, "a", time, "1.00"), 0);
      }
      assertThat(TestingHarness.rows(harness)).hasSize(3 * limit);
    }
  }

  /** Whether they were in silver before, only silver knows: its sink skips them in any case. */
  @Test
  void recordsThatAreReadAgainAreNotTurnedAway() throws Exception {
    SilverLayout layout = TestingOrders.layout();
    int records = PartitionLimit.PER_CHECKPOINT + 10;
    AccountedOffsets accounted =
        new AccountedOffsets(
            TestingOrders.TOPIC, Map.of(TestingOrders.TOPIC + "/0", (long) records));
    try (var harness = byTime(layout, accounted)) {
      harness.open();
      for (long time = 0; time <= records; time++) {
        harness.processElement(TestingOrders.working(layout, 0, time, "a", time, "1.00"), 0);
      }
      assertThat(TestingHarness.rows(harness)).hasSize(records);
      assertThat(TestingHarness.rejects(harness)).hasSize(1);
    }
  }
}
