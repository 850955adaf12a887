package io.sluice.runtime.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definition.edit.ViewStart;
import io.sluice.runtime.TestingHarness;
import io.sluice.runtime.TestingOrders;
import io.sluice.runtime.silver.SilverLayout;
import java.util.List;
import java.util.OptionalLong;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.RowData;
import org.junit.jupiter.api.Test;

class RunningAggregateOperatorTest {
  private final SilverLayout silver = TestingOrders.layout();
  private final ViewLayout layout = TestingOrders.layout(TestingOrders.runningView(), silver);

  private KeyedOneInputStreamOperatorTestHarness<RowData, RowData, RowData> harness()
      throws Exception {
    return TestingHarness.keyed(
        new RunningAggregateOperator(layout),
        layout.partialType(),
        layout.key(),
        layout.resultType());
  }

  private static RowData event(String shop, String amount) {
    return TestingPartials.partial(shop, 0, amount, null);
  }

  private static String text(RowData row) {
    return "%s total=%s orders=%d v%d"
        .formatted(
            row.getString(0),
            row.isNullAt(1) ? null : row.getDecimal(1, 38, 2),
            row.getLong(2),
            row.getLong(5));
  }

  @Test
  void sendsTheNewValueWithEveryEvent() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processElement(event("north", null), 0);
      harness.processElement(event("south", "1.00"), 0);
      harness.processElement(event("north", "-99999999.99"), 0);
      assertThat(TestingHarness.rows(harness))
          .extracting(RunningAggregateOperatorTest::text)
          .containsExactly(
              "north total=null orders=1 v1",
              "south total=1.00 orders=1 v1",
              "north total=-99999999.99 orders=2 v2");
    }
  }

  @Test
  void aResultHasTheTimestampOfItsEvents() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processElement(event("north", "1.00"), 17);
      assertThat(TestingHarness.timestamps(harness)).containsExactly(17L);
    }
  }

  @Test
  void theVersionsOfAViewThatBeganAnewAreAboveThoseBefore() throws Exception {
    ViewLayout begun =
        new ViewLayout(TestingOrders.runningView(), silver, new ViewStart(1, 0), true);
    try (var harness =
        TestingHarness.keyed(
            new RunningAggregateOperator(begun),
            begun.partialType(),
            begun.key(),
            begun.resultType())) {
      harness.open();
      harness.processElement(event("north", "1.00"), 0);
      assertThat(TestingHarness.rows(harness))
          .extracting(RunningAggregateOperatorTest::text)
          .containsExactly("north total=1.00 orders=1 v" + ((1L << 40) + 1));
    }
  }

  @Test
  void everyGroupComesBackFromTheCheckpointBeforeWhichTheStoresWereEmptied() throws Exception {
    OperatorSubtaskState state;
    try (var harness = harness()) {
      harness.open();
      harness.processElement(event("north", "1.00"), 0);
      harness.processElement(event("north", "2.00"), 0);
      harness.processElement(event("south", "5.00"), 0);
      harness.prepareSnapshotPreBarrier(7);
      state = harness.snapshot(7, 1);
    }
    assertThat(reseeded(state, 7))
        .containsExactlyInAnyOrder("north total=3.00 orders=2 v2", "south total=5.00 orders=1 v1");
    assertThat(reseeded(state, 8)).as("a later restart of the job").isEmpty();
  }

  private List<String> reseeded(OperatorSubtaskState state, long restored) throws Exception {
    try (var harness =
        TestingHarness.keyed(
            new RunningAggregateOperator(layout, OptionalLong.of(7)),
            layout.partialType(),
            layout.key(),
            layout.resultType())) {
      return TestingHarness.rowsAtRestore(harness, state, restored).stream()
          .map(RunningAggregateOperatorTest::text)
          .toList();
    }
  }

  @Test
  void theVersionNeverFallsBackAfterRestore() throws Exception {
    OperatorSubtaskState state;
    try (var harness = harness()) {
      harness.open();
      harness.processElement(event("north", "1.00"), 0);
      harness.processElement(event("north", "1.00"), 0);
      harness.prepareSnapshotPreBarrier(1);
      state = harness.snapshot(1, 1);
    }
    try (var harness = harness()) {
      harness.initializeState(state);
      harness.open();
      harness.processElement(event("north", "1.00"), 0);
      assertThat(TestingHarness.rows(harness))
          .extracting(RunningAggregateOperatorTest::text)
          .containsExactly("north total=3.00 orders=3 v3");
    }
  }
}
