package io.sluice.runtime.aggregate;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definition.model.Aggregate;
import io.sluice.definition.model.Aggregate.Function;
import io.sluice.definition.model.ColumnType;
import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.definition.model.Expression;
import io.sluice.runtime.TestingHarness;
import io.sluice.runtime.TestingOrders;
import io.sluice.runtime.reject.ViewRejects;
import io.sluice.runtime.silver.SilverLayout;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.junit.jupiter.api.Test;

/** What a view cannot compute is a reject, and the view goes on. */
class ViewArithmeticTest {
  private static final Expression AMOUNT = new Expression.ColumnRef("amount", TestingOrders.AMOUNT);
  private static final ColumnType QUOTIENT = new ColumnType.Decimal(38, 6);
  private static final Expression PER_AMOUNT =
      new Expression.Call(
          Expression.Function.DIVIDE,
          List.of(new Expression.Literal(1L, Simple.LONG), AMOUNT),
          QUOTIENT);

  private final SilverLayout silver = TestingOrders.layout();

  private ViewLayout view(boolean windowed) {
    List<Aggregate> aggregates =
        List.of(
            new Aggregate("orders", Function.COUNT, null, Simple.LONG),
            new Aggregate("ratio", Function.SUM, PER_AMOUNT, QUOTIENT));
    return TestingOrders.layout(
        windowed
            ? TestingOrders.windowView("ratios", Duration.ofMinutes(1), Duration.ZERO, aggregates)
            : TestingOrders.runningView("ratios", aggregates),
        silver);
  }

  private RowData event(String id, String amount) {
    return TestingOrders.stream(silver, 4, id, 10_000, amount, Long.MIN_VALUE);
  }

  private static void checkRejectedEvent(
      OneInputStreamOperatorTestHarness<RowData, RowData> harness) {
    List<RowData> rejects = TestingHarness.side(harness, ViewRejects.OUTPUT);
    assertThat(rejects).hasSize(1);
    RowData reject = rejects.get(0);
    assertThat(reject.getString(0)).hasToString("ratios");
    assertThat(reject.getString(1)).hasToString("view");
    assertThat(reject.isNullAt(2)).isTrue();
    assertThat(reject.getString(3)).hasToString("arithmetic:ratio");
    assertThat(reject.getString(4).toString()).contains("division by zero");
    assertThat(reject.getString(5)).hasToString("{\"shop\":\"north\"}");
    assertThat(reject.getString(6).toString()).contains("\"id\":\"zero\"", "\"_offset\":4");
    assertThat(reject.isNullAt(7)).isTrue();
  }

  @Test
  void anEventGoesIntoAllAggregatesOfARunningViewOrIntoNone() throws Exception {
    ViewLayout layout = view(false);
    try (var harness =
        TestingHarness.of(
            new RunningInputOperator(layout, silver, TestingOrders.EVENT_TIME),
            silver.streamType(),
            layout.partialType())) {
      harness.open();
      harness.processElement(event("a", "2.00"), 0);
      harness.processElement(event("zero", "0.00"), 0);
      harness.processElement(event("b", "4.00"), 0);
      harness.prepareSnapshotPreBarrier(1);
      checkRejectedEvent(harness);
      assertThat(TestingHarness.rows(harness).stream().mapToLong(row -> row.getLong(2)).sum())
          .as("versions")
          .isEqualTo(2);
      assertThat(TestingHarness.rows(harness).stream().mapToLong(row -> row.getLong(3)).sum())
          .as("count()")
          .isEqualTo(2);
    }
  }

  @Test
  void anEventGoesIntoAllAggregatesOfAWindowOrIntoNone() throws Exception {
    ViewLayout layout = view(true);
    try (var harness =
        TestingHarness.of(
            new WindowInputOperator(layout, silver, TestingOrders.EVENT_TIME),
            silver.streamType(),
            layout.partialType())) {
      harness.open();
      harness.processElement(event("a", "2.00"), 0);
      harness.processElement(event("zero", "0.00"), 0);
      harness.processWatermark(new Watermark(1));
      checkRejectedEvent(harness);
      assertThat(TestingHarness.rows(harness)).hasSize(1);
      assertThat(TestingHarness.rows(harness).get(0).getLong(3)).isEqualTo(1);
    }
  }

  /** A partial row whose sum has so many digits, 6 of them behind the point. */
  private static RowData partial(long windowStart, BigInteger unscaled) {
    return GenericRowData.of(
        StringData.fromString("north"), windowStart, 1L, 1L, unscaled.toByteArray());
  }

  private static final BigInteger LARGEST = BigInteger.TEN.pow(38).subtract(BigInteger.ONE);

  @Test
  void aRunningGroupWhoseValueFitsNoColumnIsRejectedUntilItFitsAgain() throws Exception {
    ViewLayout layout = view(false);
    try (var harness =
        TestingHarness.keyed(
            new RunningAggregateOperator(layout),
            layout.partialType(),
            layout.key(),
            layout.resultType())) {
      harness.open();
      harness.processElement(partial(0, LARGEST), 0);
      harness.processElement(partial(0, BigInteger.ONE), 0);
      harness.processElement(partial(0, BigInteger.ONE.negate()), 0);
      assertThat(TestingHarness.rows(harness))
          .extracting(row -> row.getLong(3))
          .as("versions")
          .containsExactly(1L, 3L);
      assertThat(TestingHarness.rows(harness).get(1).getDecimal(2, 38, 6).toUnscaledBytes())
          .isEqualTo(LARGEST.toByteArray());
      List<RowData> rejects = TestingHarness.side(harness, ViewRejects.OUTPUT);
      assertThat(rejects).hasSize(1);
      assertThat(rejects.get(0).getString(3)).hasToString("arithmetic:ratio");
      assertThat(rejects.get(0).getString(4).toString()).contains("does not fit decimal(38, 6)");
      assertThat(rejects.get(0).getString(6).toString())
          .isEqualTo("{\"shop\":\"north\",\"orders\":2,\"ratio\":null,\"_version\":2}");
      assertThat(rejects.get(0).getLong(7)).isEqualTo(2);
    }
  }

  @Test
  void aWindowWhoseFinalValueFitsNoColumnIsRejectedOnce() throws Exception {
    ViewLayout layout = view(true);
    try (var harness =
        TestingHarness.keyed(
            new WindowAggregateOperator(layout),
            layout.partialType(),
            layout.key(),
            layout.resultType())) {
      harness.open();
      harness.processElement(partial(0, LARGEST), 0);
      harness.processElement(partial(0, BigInteger.ONE), 0);
      harness.processElement(partial(60_000, BigInteger.ONE), 0);
      harness.processWatermark(new Watermark(200_000));
      assertThat(TestingHarness.rows(harness)).hasSize(1);
      assertThat(TestingHarness.side(harness, WindowAggregateOperator.finalOutput(layout)))
          .hasSize(1);
      List<RowData> rejects = TestingHarness.side(harness, ViewRejects.OUTPUT);
      assertThat(rejects).hasSize(1);
      assertThat(rejects.get(0).getString(5))
          .hasToString("{\"shop\":\"north\",\"window_start\":\"1970-01-01T00:00:00Z\"}");
      assertThat(harness.numKeyedStateEntries()).isZero();
    }
  }
}
