package io.sluice.runtime.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.SilverLayout;
import io.sluice.runtime.TestingHarness;
import io.sluice.runtime.TestingOrders;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.RowData;
import org.junit.jupiter.api.Test;

class EventTimeOperatorTest {
  private static final long TICK = 1_000;

  private final SilverLayout layout = TestingOrders.layout();

  private OneInputStreamOperatorTestHarness<RowData, RowData> harness() throws Exception {
    return TestingHarness.of(
        new EventTimeOperator(layout, TestingOrders.EVENT_TIME),
        layout.workingType(),
        layout.streamType());
  }

  private RowData row(int partition, long offset, long ts) {
    return TestingOrders.working(layout, partition, offset, "a", ts, "1.00");
  }

  private static List<Watermark> watermarks(
      OneInputStreamOperatorTestHarness<RowData, RowData> harness) {
    return harness.getOutput().stream()
        .filter(Watermark.class::isInstance)
        .map(Watermark.class::cast)
        .toList();
  }

  @Test
  void givesEveryRowTheWatermarkOfItsPartitionBeforeIt() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processElement(row(0, 0, 100_000), 0);
      harness.processElement(row(1, 0, 50_000), 0);
      harness.processElement(row(0, 1, 90_000), 0);
      harness.processElement(row(1, 1, 60_000), 0);
      assertThat(TestingHarness.rows(harness))
          .extracting(row -> row.getLong(layout.watermark()))
          .containsExactly(Long.MIN_VALUE, Long.MIN_VALUE, 94_999L, 44_999L);
    }
  }

  @Test
  void emitsTheLowestOfAllPartitions() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processElement(row(0, 0, 100_000), 0);
      harness.processElement(row(1, 0, 50_000), 0);
      harness.setProcessingTime(TICK);
      assertThat(watermarks(harness)).containsExactly(new Watermark(44_999));
    }
  }

  @Test
  void waitsForAnAnnouncedPartitionUntilItIsIdle() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processElement(TestingOrders.workingAnnouncement(layout, 1), 0);
      harness.processElement(row(0, 0, 100_000), 0);
      harness.setProcessingTime(TICK);
      assertThat(watermarks(harness)).isEmpty();
      harness.setProcessingTime(29_000);
      harness.processElement(row(0, 1, 101_000), 0);
      harness.setProcessingTime(31_000);
      assertThat(watermarks(harness)).containsExactly(new Watermark(95_999));
    }
  }

  @Test
  void aPartitionThatWaitsBehindABacklogIsNotIdle() throws Exception {
    try (var harness = harness()) {
      harness.setProcessingTime(1_000_000);
      harness.open();
      harness.processElement(row(1, 0, 50_000), 0);
      harness.processElement(row(0, 0, 100_000), 0);
      harness.setProcessingTime(1_040_000);
      harness.processElement(row(0, 1, 120_000), 0);
      harness.setProcessingTime(1_041_000);
      assertThat(watermarks(harness)).containsExactly(new Watermark(44_999));
      // Caught up: what has been silent for so long is idle.
      harness.processElement(row(0, 2, 1_041_000), 0);
      harness.setProcessingTime(1_042_000);
      assertThat(watermarks(harness)).last().isEqualTo(new Watermark(1_035_999));
    }
  }

  @Test
  void becomesIdleWhenAllAreAndActiveAgainWithTheNextRecord() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processElement(row(0, 0, 100_000), 0);
      harness.setProcessingTime(31_000);
      assertThat(harness.getOutput()).contains(WatermarkStatus.IDLE);
      harness.processElement(row(0, 1, 101_000), 0);
      assertThat(harness.getOutput()).contains(WatermarkStatus.ACTIVE);
    }
  }

  @Test
  void goesOnAfterRestoreWhereThePartitionStood() throws Exception {
    OperatorSubtaskState state;
    try (var harness = harness()) {
      harness.open();
      harness.processElement(row(0, 0, 100_000), 0);
      state = harness.snapshot(1, 1);
    }
    try (var harness = harness()) {
      harness.initializeState(state);
      harness.open();
      harness.processElement(TestingOrders.workingAnnouncement(layout, 0), 0);
      harness.processElement(row(0, 1, 10_000), 0);
      assertThat(TestingHarness.rows(harness).get(0).getLong(layout.watermark()))
          .isEqualTo(94_999L);
    }
  }
}
