package io.sluice.runtime.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.SilverLayout;
import io.sluice.runtime.TestingHarness;
import io.sluice.runtime.TestingOrders;
import io.sluice.runtime.ledger.AccountedOffsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.GenericRowData;
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

  private static OneInputStreamOperatorTestHarness<RowData, RowData> byTime(SilverLayout layout)
      throws Exception {
    return TestingHarness.of(
        new DeriveOperator(
            layout, List.of(), List.of("ts"), AccountedOffsets.none(TestingOrders.TOPIC)),
        layout.workingType(),
        layout.workingType());
  }

  private static void send(
      OneInputStreamOperatorTestHarness<RowData, RowData> harness,
      SilverLayout layout,
      int partition,
      long time)
      throws Exception {
    harness.processElement(TestingOrders.working(layout, partition, time, "a", time, "1.00"), 0);
  }

  @Test
  void oneKafkaPartitionBeginsAThousandPartitionsAndThenOnePerTwentyRecords() throws Exception {
    SilverLayout layout = TestingOrders.layout();
    OperatorSubtaskState state;
    try (var harness = byTime(layout)) {
      harness.open();
      for (long time = 0; time < 5_000; time++) {
        send(harness, layout, 0, time);
      }
      int accepted = TestingHarness.rows(harness).size();
      assertThat(accepted).isEqualTo(1_000 + 5_000 / 20);
      RowData reject = TestingHarness.rejects(harness).get(0);
      assertThat(reject.getString(9)).hasToString("too_many_partitions:ts");
      assertThat(reject.getString(10))
          .hasToString(
              "silver is partitioned by ts, and partition 0 of the topic has named 1,000 new values faster than one per 20 records; replay the record later, or partition silver by something coarser");
      // Others are not touched by it, nor are partitions that are there.
      send(harness, layout, 1, 9_000);
      send(harness, layout, 0, 17);
      assertThat(TestingHarness.rows(harness)).hasSize(accepted + 2);
      state = harness.snapshot(1, 1);
    }
    try (var harness = byTime(layout)) {
      harness.initializeState(state);
      harness.open();
      send(harness, layout, 0, 17);
      send(harness, layout, 0, 10_000);
      send(harness, layout, 1, 9_001);
      assertThat(TestingHarness.rows(harness)).hasSize(2);
      assertThat(TestingHarness.rejects(harness)).hasSize(1);
    }
  }

  /** A replay from any record on, with the state as it was there, decides the same. */
  @Test
  void aReplayDecidesTheSame() throws Exception {
    Random random = new Random(3);
    List<GenericRowData> rows = new ArrayList<>();
    for (int i = 0; i < 30_000; i++) {
      long spread = i % 3_000 < 1_500 ? 1_000_000 : 30;
      rows.add(GenericRowData.of((long) (random.nextDouble() * spread), random.nextInt(2)));
    }
    int[] columns = {0, 1};
    PartitionBudget whole = new PartitionBudget(columns, null);
    PartitionBudget restarted = new PartitionBudget(columns, null);
    int rejected = 0;
    for (int i = 0; i < rows.size(); i++) {
      if (i % 777 == 0) {
        restarted = new PartitionBudget(columns, restarted.state());
      }
      boolean admitted = whole.admits(rows.get(i));
      assertThat(restarted.admits(rows.get(i))).isEqualTo(admitted);
      rejected += admitted ? 0 : 1;
    }
    assertThat(rejected).isBetween(1_000, 29_000);
    assertThat(whole.state()).isEqualTo(restarted.state()).hasSizeLessThan(4_100);
  }
}
