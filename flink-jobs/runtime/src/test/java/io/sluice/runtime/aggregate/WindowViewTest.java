package io.sluice.runtime.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definition.edit.ViewStart;
import io.sluice.runtime.TestingHarness;
import io.sluice.runtime.TestingOrders;
import io.sluice.runtime.ledger.StageCounts;
import io.sluice.runtime.silver.SilverLayout;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.RowData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WindowViewTest {
  private final SilverLayout silver = TestingOrders.layout();
  private final ViewLayout layout = TestingOrders.layout(TestingOrders.windowView(), silver);

  private KeyedOneInputStreamOperatorTestHarness<RowData, RowData, RowData> window()
      throws Exception {
    return TestingHarness.keyed(
        new WindowAggregateOperator(layout),
        layout.partialType(),
        layout.key(),
        layout.resultType());
  }

  private OneInputStreamOperatorTestHarness<RowData, RowData> input() throws Exception {
    return TestingHarness.of(
        new WindowInputOperator(layout, silver, TestingOrders.EVENT_TIME),
        silver.streamType(),
        layout.partialType());
  }

  private RowData event(String shop, long ts, String amount, String id) {
    return TestingPartials.partial(shop, layout.windowStart(ts), amount, id);
  }

  private static String text(RowData row) {
    return "%s %d-%d total=%s orders=%d mean=%s last=%s v%d"
        .formatted(
            row.getString(0),
            row.getTimestamp(1, 3).getMillisecond() / 1000,
            row.getTimestamp(2, 3).getMillisecond() / 1000,
            row.getDecimal(3, 38, 2),
            row.getLong(4),
            row.getDecimal(5, 38, 6),
            row.getString(6),
            row.getLong(7));
  }

  private List<String> finals(
      KeyedOneInputStreamOperatorTestHarness<RowData, RowData, RowData> harness) {
    return TestingHarness.side(harness, WindowAggregateOperator.finalOutput(layout)).stream()
        .map(WindowViewTest::text)
        .toList();
  }

  @Test
  void closesThenUpdatesThenFinalisesOnce() throws Exception {
    try (var harness = window()) {
      harness.open();
      harness.processElement(event("north", 10_000, "1.50", "a"), 0);
      harness.processElement(event("north", 59_999, "2.00", "c"), 0);
      harness.processElement(event("north", 60_000, "9.00", "d"), 0);
      harness.processWatermark(new Watermark(59_998));
      assertThat(TestingHarness.rows(harness)).isEmpty();
      harness.processWatermark(new Watermark(59_999));
      harness.processElement(event("north", 20_000, "0.50", "b"), 0);
      assertThat(finals(harness)).isEmpty();
      harness.processWatermark(new Watermark(69_999));
      assertThat(TestingHarness.rows(harness))
          .extracting(WindowViewTest::text)
          .containsExactly(
              "north 0-60 total=3.50 orders=2 mean=1.750000 last=c v2",
              "north 0-60 total=4.00 orders=3 mean=1.333333 last=c v3");
      assertThat(finals(harness))
          .containsExactly("north 0-60 total=4.00 orders=3 mean=1.333333 last=c v3");
      assertThat(harness.numKeyedStateEntries()).isZero();
      assertThat(counts(harness)).isEqualTo("counted 3 open 1");
    }
  }

  /** What the operator reported, without the numbers that are zero. */
  private static String counts(OneInputStreamOperatorTestHarness<RowData, RowData> harness)
      throws Exception {
    harness.prepareSnapshotPreBarrier(9);
    long[] sums = new long[6];
    for (RowData report : TestingHarness.side(harness, StageCounts.OUTPUT)) {
      RowData view = report.getMap(8).valueArray().getRow(0, sums.length);
      for (int i = 0; i < sums.length; i++) {
        sums[i] += view.getLong(i);
      }
    }
    List<String> names = List.of("taken", "late", "rejected", "left_out", "counted", "open");
    return IntStream.range(0, sums.length)
        .filter(i -> sums[i] != 0)
        .mapToObj(i -> names.get(i) + " " + sums[i])
        .collect(Collectors.joining(" "));
  }

  @Test
  void tellsTheLedgerWhatItFoundInTheStateOfARestore() throws Exception {
    OperatorSubtaskState state;
    try (var harness = window()) {
      harness.open();
      harness.processElement(event("north", 10_000, "1.50", "a"), 0);
      harness.processElement(event("north", 11_000, "1.50", "b"), 0);
      harness.processElement(event("south", 60_000, "3.00", "c"), 0);
      assertThat(counts(harness)).isEqualTo("open 3");
      state = harness.snapshot(1, 1);
    }
    try (var harness = window()) {
      harness.initializeState(state);
      harness.open();
      assertThat(counts(harness)).isEqualTo("open 3");
      harness.processWatermark(new Watermark(69_999));
      assertThat(counts(harness)).isEqualTo("counted 2 open 1");
    }
    ViewLayout longer =
        TestingOrders.layout(TestingOrders.windowView(Duration.ofMinutes(5)), silver);
    try (var harness =
        TestingHarness.keyed(
            new WindowAggregateOperator(longer),
            longer.partialType(),
            longer.key(),
            longer.resultType())) {
      harness.initializeState(state);
      harness.open();
      assertThat(counts(harness)).as("windows that nothing would close").isEmpty();
    }
  }

  @Test
  void keepsOpenWindowsAcrossRestore() throws Exception {
    OperatorSubtaskState state;
    try (var harness = window()) {
      harness.open();
      harness.processElement(event("north", 10_000, "1.50", "a"), 0);
      harness.processElement(event("south", 10_000, "3.00", "b"), 0);
      harness.prepareSnapshotPreBarrier(1);
      state = harness.snapshot(1, 1);
    }
    try (var harness = window()) {
      harness.initializeState(state);
      harness.open();
      harness.processElement(event("north", 11_000, "1.00", "z"), 0);
      harness.processWatermark(new Watermark(70_000));
      assertThat(finals(harness))
          .containsExactlyInAnyOrder(
              "north 0-60 total=2.50 orders=2 mean=1.250000 last=z v2",
              "south 0-60 total=3.00 orders=1 mean=3.000000 last=b v1");
    }
  }

  /** After a restore, event time begins anew: the watermark comes behind the first events. */
  @Test
  void aWindowThatWasClosedBeforeARestoreIsUpdatedBeforeTheWatermarkIsBack() throws Exception {
    OperatorSubtaskState state;
    try (var harness = window()) {
      harness.open();
      harness.processElement(event("north", 10_000, "1.50", "a"), 0);
      harness.processWatermark(new Watermark(59_999));
      harness.processElement(event("south", 60_000, "3.00", "c"), 0);
      harness.prepareSnapshotPreBarrier(1);
      state = harness.snapshot(1, 1);
    }
    try (var harness = window()) {
      harness.initializeState(state);
      harness.open();
      harness.processElement(event("south", 61_000, "1.00", "d"), 0);
      harness.processElement(event("north", 20_000, "0.50", "b"), 0);
      harness.processWatermark(new Watermark(59_999));
      assertThat(TestingHarness.rows(harness))
          .extracting(WindowViewTest::text)
          .containsExactly("north 0-60 total=2.00 orders=2 mean=1.000000 last=b v2");
    }
  }

  @Test
  void windowsThatHadAResultAndWereNotFinalComeBack() throws Exception {
    OperatorSubtaskState state;
    try (var harness = window()) {
      harness.open();
      harness.processElement(event("north", 10_000, "1.50", "a"), 0);
      harness.processWatermark(new Watermark(69_999));
      harness.processElement(event("north", 70_000, "2.50", "b"), 0);
      harness.processElement(event("south", 130_000, "3.00", "c"), 0);
      harness.processWatermark(new Watermark(119_999));
      harness.prepareSnapshotPreBarrier(7);
      state = harness.snapshot(7, 1);
    }
    assertThat(reseeded(state, 7))
        .containsExactly("north 60-120 total=2.50 orders=1 mean=2.500000 last=b v1");
    assertThat(reseeded(state, 8)).as("a later restart of the job").isEmpty();
  }

  private List<String> reseeded(OperatorSubtaskState state, long restored) throws Exception {
    try (var harness =
        TestingHarness.keyed(
            new WindowAggregateOperator(layout, OptionalLong.of(7)),
            layout.partialType(),
            layout.key(),
            layout.resultType())) {
      return TestingHarness.rowsAtRestore(harness, state, restored).stream()
          .map(WindowViewTest::text)
          .toList();
    }
  }

  @Test
  void aViewThatBeganLaterLeavesOutWindowsItHasNotSeenWhole() throws Exception {
    ViewLayout begun =
        new ViewLayout(TestingOrders.windowView(), silver, new ViewStart(1, 60_001), true);
    WindowInputOperator operator = new WindowInputOperator(begun, silver, TestingOrders.EVENT_TIME);
    try (var harness = TestingHarness.of(operator, silver.streamType(), begun.partialType())) {
      harness.open();
      harness.processElement(TestingOrders.stream(silver, 0, "a", 119_999, "1.00", 0), 0);
      harness.processElement(TestingOrders.stream(silver, 1, "b", 120_000, "2.00", 0), 0);
      harness.prepareSnapshotPreBarrier(1);
      assertThat(TestingHarness.rows(harness))
          .extracting(TestingPartials::text)
          .containsExactly("north 120000 v1 total=2.00 orders=1 mean=2.00/1 last=b");
      assertThat(counts(harness)).isEqualTo("taken 2 left_out 1");
    }
  }

  @Test
  void anEventIsLateByTheWatermarkThatItCarries() throws Exception {
    try (var harness = input()) {
      harness.open();
      harness.processElement(TestingOrders.stream(silver, 0, "a", 10_000, "1.00", 69_998), 0);
      harness.processElement(TestingOrders.stream(silver, 1, "b", 10_000, "1.00", 69_999), 0);
      harness.prepareSnapshotPreBarrier(1);
      assertThat(TestingHarness.rows(harness)).hasSize(1);
      List<RowData> late = TestingHarness.side(harness, WindowInputOperator.lateOutput(layout));
      assertThat(late).hasSize(1);
      assertThat(late.get(0).getString(0).toString()).isEqualTo("b");
      int end = layout.lateType().getFieldIndex("_window_end");
      assertThat(late.get(0).getTimestamp(end, 3).getMillisecond()).isEqualTo(60_000);
      assertThat(counts(harness)).isEqualTo("taken 2 late 1");
    }
  }

  @Test
  void anEventOfAPartitionThatWokeUpIsLateWhenTheOthersWentOn() throws Exception {
    try (var harness = input()) {
      harness.open();
      harness.processWatermark(new Watermark(69_999));
      harness.processElement(
          TestingOrders.stream(silver, 0, "a", 10_000, "1.00", Long.MIN_VALUE), 0);
      harness.prepareSnapshotPreBarrier(1);
      assertThat(TestingHarness.rows(harness)).isEmpty();
      assertThat(TestingHarness.side(harness, WindowInputOperator.lateOutput(layout))).hasSize(1);
    }
  }

  @Test
  void whatWasFinalStaysFinalAfterARestart() throws Exception {
    OperatorSubtaskState state;
    try (var harness = input()) {
      harness.open();
      harness.processWatermark(new Watermark(69_999));
      state = harness.snapshot(1, 1);
    }
    try (var harness = input()) {
      harness.initializeState(state);
      harness.open();
      harness.processElement(event(0, "a", 10_000), 0);
      harness.processElement(event(1, "b", 60_000), 0);
      harness.prepareSnapshotPreBarrier(2);
      assertThat(TestingHarness.rows(harness)).hasSize(1);
      assertThat(TestingHarness.side(harness, WindowInputOperator.lateOutput(layout))).hasSize(1);
    }
  }

  @Test
  void whatADrainClosedStaysClosedAndTheRestIsOpen() throws Exception {
    OperatorSubtaskState state;
    try (var harness = input()) {
      harness.open();
      harness.processElement(event(0, "a", 10_000), 0);
      harness.processWatermark(Watermark.MAX_WATERMARK);
      state = harness.snapshot(1, 1);
    }
    try (var harness = input()) {
      harness.initializeState(state);
      harness.open();
      harness.processElement(event(1, "b", 59_999), 0);
      harness.processElement(event(2, "c", 60_000), 0);
      harness.prepareSnapshotPreBarrier(2);
      assertThat(TestingHarness.rows(harness)).hasSize(1);
      assertThat(TestingHarness.side(harness, WindowInputOperator.lateOutput(layout))).hasSize(1);
    }
  }

  private RowData event(long offset, String id, long ts) {
    return TestingOrders.stream(silver, offset, id, ts, "1.00", Long.MIN_VALUE);
  }

  @Test
  void eventsGatherByWindowUntilTheWatermarkMoves() throws Exception {
    try (var harness = input()) {
      harness.open();
      harness.processElement(TestingOrders.stream(silver, 0, "a", 10_000, "1.00", 0), 0);
      harness.processElement(TestingOrders.stream(silver, 1, "c", 59_999, "2.50", 0), 0);
      harness.processElement(TestingOrders.stream(silver, 2, "b", 60_000, "4.00", 0), 0);
      assertThat(harness.getOutput()).isEmpty();
      harness.processWatermark(new Watermark(1));
      assertThat(TestingHarness.rows(harness))
          .extracting(TestingPartials::text)
          .containsExactlyInAnyOrder(
              "north 0 v2 total=3.50 orders=2 mean=3.50/2 last=c",
              "north 60000 v1 total=4.00 orders=1 mean=4.00/1 last=b");
      // What was gathered must not come behind the watermark that may close its window.
      assertThat(harness.getOutput().toArray()[2]).isEqualTo(new Watermark(1));
    }
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        Long.MIN_VALUE / 1000,
        Long.MIN_VALUE / 1000 + 60_001,
        -62_167_219_200_001L,
        253_402_300_799_999L,
        Long.MAX_VALUE / 1000 - 60_001,
        Long.MAX_VALUE / 1000
      })
  void windowsFarAwayStayWithinWhatTimestampsHold(long millis) {
    long start = layout.windowStart(millis);
    long end = layout.windowEnd(start);
    assertThat(start).isBetween(Long.MIN_VALUE / 1000, millis);
    assertThat(end).isBetween(millis, Long.MAX_VALUE / 1000);
    assertThat(end - start).isBetween(1L, 60_000L);
    assertThat(layout.windowStart(start)).isEqualTo(start);
    assertThat(layout.closesAt(start)).isEqualTo(end - 1);
    assertThat(layout.finalAt(start)).isEqualTo(end - 1 + 10_000);
  }
}
