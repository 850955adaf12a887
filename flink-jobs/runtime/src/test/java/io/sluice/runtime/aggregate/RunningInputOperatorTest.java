package io.sluice.runtime.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.TestingHarness;
import io.sluice.runtime.TestingOrders;
import io.sluice.runtime.silver.SilverLayout;
import java.util.List;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.RowData;
import org.junit.jupiter.api.Test;

class RunningInputOperatorTest {
  private final SilverLayout silver = TestingOrders.layout();
  private final ViewLayout layout = TestingOrders.layout(TestingOrders.runningView(), silver);

  private OneInputStreamOperatorTestHarness<RowData, RowData> harness() throws Exception {
    return TestingHarness.of(
        new RunningInputOperator(layout, silver, TestingOrders.EVENT_TIME),
        silver.streamType(),
        layout.partialType());
  }

  /** An event that arrived in Kafka at the given time. */
  private RowData event(long arrival, String amount) {
    return TestingOrders.stream(silver, 0, "a", arrival, amount, Long.MIN_VALUE);
  }

  private static List<String> texts(OneInputStreamOperatorTestHarness<RowData, RowData> harness) {
    return TestingHarness.rows(harness).stream().map(TestingPartials::text).toList();
  }

  @Test
  void aFreshEventGoesOnAtOnceWithWhatWasGathered() throws Exception {
    try (var harness = harness()) {
      harness.setProcessingTime(10_000);
      harness.open();
      harness.processElement(event(9_799, "1.00"), 0);
      harness.processElement(event(9_799, "2.00"), 0);
      String first = "north 0 v1 total=1.00 orders=1 mean=1.00/1 last=a";
      assertThat(texts(harness)).containsExactly(first);
      harness.processElement(event(9_800, "4.00"), 0);
      assertThat(texts(harness))
          .containsExactly(first, "north 0 v2 total=6.00 orders=2 mean=6.00/2 last=a");
    }
  }

  @Test
  void aBacklogIsGathered() throws Exception {
    try (var harness = harness()) {
      harness.setProcessingTime(100_000);
      harness.open();
      harness.processElement(event(10_000, "1.00"), 0);
      harness.processElement(event(10_000, "2.00"), 0);
      harness.processElement(event(10_000, "4.00"), 0);
      harness.setProcessingTime(100_049);
      assertThat(texts(harness)).hasSize(1);
      harness.setProcessingTime(100_050);
      assertThat(texts(harness))
          .containsExactly(
              "north 0 v1 total=1.00 orders=1 mean=1.00/1 last=a",
              "north 0 v2 total=6.00 orders=2 mean=6.00/2 last=a");
    }
  }

  /** Latency is measured from it. */
  @Test
  void aRowHasTheArrivalOfItsNewestEvent() throws Exception {
    try (var harness = harness()) {
      harness.setProcessingTime(100_000);
      harness.open();
      harness.processElement(event(10_000, "1.00"), 0);
      harness.processElement(event(10_001, "2.00"), 0);
      harness.processElement(event(10_002, "4.00"), 0);
      harness.setProcessingTime(100_050);
      assertThat(TestingHarness.timestamps(harness)).containsExactly(10_000L, 10_002L);
    }
  }

  @Test
  void nothingIsHeldBackFromACheckpoint() throws Exception {
    try (var harness = harness()) {
      harness.setProcessingTime(10_000);
      harness.open();
      harness.processElement(event(0, "1.00"), 0);
      harness.processElement(event(0, "1.00"), 0);
      harness.prepareSnapshotPreBarrier(1);
      assertThat(texts(harness)).hasSize(2);
      harness.setProcessingTime(20_000);
      assertThat(texts(harness)).hasSize(2);
    }
  }
}
