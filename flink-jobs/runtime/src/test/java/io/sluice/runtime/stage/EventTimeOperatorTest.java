package io.sluice.runtime.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.TestingHarness;
import io.sluice.runtime.TestingOrders;
import io.sluice.runtime.ledger.AccountedOffsets;
import io.sluice.runtime.silver.SilverLayout;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntPredicate;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.junit.jupiter.api.Test;

class EventTimeOperatorTest {
  private static final long TICK = 1_000;

  private final SilverLayout layout = TestingOrders.layout();
  private final TestingBacklog backlog = new TestingBacklog();

  /** Records that wait, by partition. */
  private static final class TestingBacklog {
    private final Set<Integer> waiting = new HashSet<>();
    private RuntimeException failure;
    private int asked;

    private CompletableFuture<IntPredicate> ask(Set<Integer> partitions) {
      asked++;
      return failure == null
          ? CompletableFuture.completedFuture(partition -> !waiting.contains(partition))
          : CompletableFuture.failedFuture(failure);
    }
  }

  private OneInputStreamOperatorTestHarness<RowData, RowData> harness() throws Exception {
    return TestingHarness.of(
        new EventTimeFactory(
            layout,
            TestingOrders.EVENT_TIME,
            AccountedOffsets.none(TestingOrders.TOPIC),
            (subtask, partitions) -> backlog.ask(partitions),
            Duration.ofMillis(50)),
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
  void goesOnWithoutASilentPartitionUpToWhereTheOthersWereBefore() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processElement(TestingOrders.workingAnnouncement(layout, 1), 0);
      harness.processElement(row(0, 0, 100_000), 0);
      harness.setProcessingTime(20_000);
      harness.processElement(row(0, 1, 101_000), 0);
      harness.setProcessingTime(29_000);
      harness.processElement(row(0, 2, 102_000), 0);
      assertThat(watermarks(harness)).isEmpty();
      harness.setProcessingTime(35_000);
      assertThat(watermarks(harness)).containsExactly(new Watermark(94_999));
      harness.setProcessingTime(55_000);
      assertThat(watermarks(harness)).last().isEqualTo(new Watermark(95_999));
    }
  }

  @Test
  void aPartitionWithWaitingRecordsIsWaitedFor() throws Exception {
    backlog.waiting.add(1);
    try (var harness = harness()) {
      harness.open();
      harness.processElement(TestingOrders.workingAnnouncement(layout, 1), 0);
      harness.processElement(row(0, 0, 100_000), 0);
      harness.setProcessingTime(200_000);
      assertThat(watermarks(harness)).isEmpty();
      backlog.waiting.clear();
      harness.setProcessingTime(201_000);
      assertThat(watermarks(harness)).containsExactly(new Watermark(94_999));
    }
  }

  @Test
  void waitsAsLongAsTheSourceDoesNotAnswer() throws Exception {
    backlog.failure = new IllegalStateException("the broker is away");
    try (var harness = harness()) {
      harness.open();
      harness.processElement(TestingOrders.workingAnnouncement(layout, 1), 0);
      harness.processElement(row(0, 0, 100_000), 0);
      harness.setProcessingTime(200_000);
      assertThat(watermarks(harness)).isEmpty();
      backlog.failure = null;
      harness.setProcessingTime(202_000);
      assertThat(watermarks(harness)).containsExactly(new Watermark(94_999));
    }
  }

  @Test
  void goesToTheFurthestPartitionWhenAllAreSilentAndAsksNoMore() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processElement(row(1, 0, 600_000), 0);
      harness.processElement(row(0, 0, 60_000), 0);
      harness.setProcessingTime(29_000);
      assertThat(watermarks(harness)).last().isEqualTo(new Watermark(54_999));
      harness.setProcessingTime(31_000);
      assertThat(watermarks(harness)).last().isEqualTo(new Watermark(594_999));
      int asked = backlog.asked;
      harness.setProcessingTime(3_600_000);
      assertThat(backlog.asked).isEqualTo(asked);
      // The slower partition goes on where it stood.
      harness.processElement(row(0, 1, 61_000), 0);
      assertThat(TestingHarness.rows(harness))
          .last()
          .satisfies(row -> assertThat(row.getLong(layout.watermark())).isEqualTo(54_999));
    }
  }

  @Test
  void looksOnceASecondWhileAllPartitionsAreSilentAndAtOnceAfterARecord() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processElement(row(0, 0, 100_000), 0);
      harness.setProcessingTime(29_000);
      assertThat(nextLook(harness)).isEqualTo(29_050);
      harness.setProcessingTime(40_000);
      assertThat(nextLook(harness)).isBetween(40_001L, 41_000L);
      harness.setProcessingTime(40_010);
      harness.processElement(row(0, 1, 101_000), 0);
      assertThat(nextLook(harness)).isEqualTo(40_060);
      harness.setProcessingTime(40_060);
      assertThat(watermarks(harness)).last().isEqualTo(new Watermark(95_999));
      assertThat(nextLook(harness)).isEqualTo(40_110);
    }
  }

  /** When the operator's only timer is due. */
  private static long nextLook(OneInputStreamOperatorTestHarness<RowData, RowData> harness) {
    Set<Long> timers = harness.getProcessingTimeService().getActiveTimerTimestamps();
    assertThat(timers).hasSize(1);
    return timers.iterator().next();
  }

  @Test
  void theEndOfAllInputPassesAfterSilence() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processElement(row(0, 0, 100_000), 0);
      harness.setProcessingTime(3_600_000);
      harness.processWatermark(Watermark.MAX_WATERMARK);
      harness.setProcessingTime(3_700_000);
      assertThat(harness.getOutput()).last().isEqualTo(Watermark.MAX_WATERMARK);
      assertThat(harness.getOutput()).doesNotContain(WatermarkStatus.IDLE);
    }
  }

  @Test
  void anEventFarAheadOfItsArrivalIsARejectAndDoesNotAdvanceEventTime() throws Exception {
    long arrival = Instant.parse("2026-11-30T10:00:00Z").toEpochMilli();
    long day = Duration.ofDays(1).toMillis();
    try (var harness = harness()) {
      harness.open();
      harness.processElement(arrived(0, arrival, arrival + day), 0);
      harness.processElement(arrived(1, arrival, arrival + day + 1), 0);
      harness.processElement(arrived(2, arrival, Long.MAX_VALUE), 0);
      harness.processElement(arrived(3, arrival, arrival), 0);
      // Nothing to compare with.
      harness.processElement(arrived(4, -1, arrival), 0);
      harness.processElement(arrived(5, 77, arrival), 0);
      assertThat(TestingHarness.rows(harness))
          .extracting(row -> row.getLong(layout.offset()))
          .containsExactly(0L, 3L, 4L, 5L);
      assertThat(TestingHarness.rows(harness).get(1).getLong(layout.watermark()))
          .isEqualTo(arrival + day - 5_001);
      assertThat(TestingHarness.rejects(harness))
          .hasSize(2)
          .allSatisfy(
              reject -> {
                assertThat(reject.getString(8)).hasToString("event-time");
                assertThat(reject.getString(9)).hasToString("future:ts");
                assertThat(reject.getBinary(5)).containsExactly(0);
              });
      assertThat(TestingHarness.rejects(harness).get(0).getString(10))
          .hasToString(
              "ts is 2026-12-01T10:00:00.001Z, but the record arrived in Kafka at 2026-11-30T10:00:00Z; an event may be at most 1 d ahead of its arrival (eventTime.maxAhead)");
      assertThat(TestingHarness.counts(harness, 1).rejectedCount()).isEqualTo(2);
    }
  }

  private RowData arrived(long offset, long arrival, long ts) {
    GenericRowData row = TestingOrders.working(layout, 0, offset, "a", ts, "1.00");
    row.setField(layout.ingestionTime(), TimestampData.fromEpochMillis(arrival));
    row.setField(layout.raw(), TestingOrders.raw(0, offset, arrival, new byte[] {0}));
    return row;
  }

  @Test
  void whatWasRestoredIsKeptUntilItsPartitionIsAnnounced() throws Exception {
    OperatorSubtaskState state;
    try (var harness = harness()) {
      harness.open();
      harness.processElement(row(0, 0, 100_000), 0);
      state = harness.snapshot(1, 1);
    }
    try (var harness = harness()) {
      harness.initializeState(state);
      harness.open();
      state = harness.snapshot(2, 2);
    }
    try (var harness = harness()) {
      harness.initializeState(state);
      harness.open();
      harness.processElement(row(0, 1, 10_000), 0);
      assertThat(TestingHarness.rows(harness).get(0).getLong(layout.watermark()))
          .isEqualTo(94_999L);
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
