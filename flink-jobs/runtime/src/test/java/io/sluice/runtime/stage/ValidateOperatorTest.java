package io.sluice.runtime.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.definition.model.Expectation;
import io.sluice.definition.model.Expectation.Action;
import io.sluice.definition.model.Expectation.Check;
import io.sluice.runtime.TestingHarness;
import io.sluice.runtime.TestingOrders;
import io.sluice.runtime.ledger.AccountedOffsets;
import io.sluice.runtime.silver.SilverLayout;
import java.math.BigDecimal;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.binary.BinarySegmentUtils;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
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
  void keepsAWarningAndNotesItForTheLedger() throws Exception {
    SilverLayout layout = layout(Action.WARN);
    try (var harness = harness(layout)) {
      harness.open();
      harness.processElement(withoutId(layout), 0);
      harness.processElement(TestingOrders.working(layout, 0, 2, "a", 1_000, "1.00"), 0);
      assertThat(TestingHarness.rows(harness))
          .extracting(row -> row.isNullAt(layout.kept()) ? "" : row.getString(layout.kept()) + "")
          .containsExactly("0", "");
      assertThat(TestingHarness.counts(harness, 1).isEmpty()).isTrue();
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

  private static RowData wide(SilverLayout layout, long offset, String amount) {
    RowType type =
        RowType.of(
            new LogicalType[] {new DecimalType(20, 4), VarCharType.STRING_TYPE},
            new String[] {"amount", "venue"});
    BinaryRowData row =
        new RowDataSerializer(type)
            .toBinaryRow(
                GenericRowData.of(
                    amount == null ? null : TestingOrders.decimal(amount, 20),
                    StringData.fromString("XETR")));
    byte[] bytes =
        BinarySegmentUtils.copyToBytes(row.getSegments(), row.getOffset(), row.getSizeInBytes());
    GenericRowData working = TestingOrders.working(layout, 0, offset, "a", 1_000, "0.00");
    working.setField(
        layout.newColumns(),
        GenericRowData.of(StringData.fromString(type.asSerializableString()), bytes));
    return working;
  }

  @Test
  void rulesLookAtWiderValues() throws Exception {
    SilverLayout layout =
        TestingOrders.layout(
            new Expectation("required:id", "id", new Check.Required(), Action.QUARANTINE),
            new Expectation("required:amount", "amount", new Check.Required(), Action.QUARANTINE),
            new Expectation(
                "positive",
                "amount",
                new Check.Minimum(new BigDecimal("0"), true),
                Action.QUARANTINE),
            new Expectation(
                "large",
                "amount",
                new Check.Maximum(new BigDecimal("500000000"), false),
                Action.QUARANTINE));
    try (var harness = harness(layout)) {
      harness.open();
      harness.processElement(wide(layout, 1, "123456789.0125"), 0);
      harness.processElement(wide(layout, 2, "500000000.0001"), 0);
      harness.processElement(wide(layout, 3, "0.0000"), 0);
      harness.processElement(wide(layout, 4, null), 0);
      harness.processElement(TestingOrders.working(layout, 0, 5, "a", 1_000, "1.00"), 0);
      harness.processElement(TestingOrders.working(layout, 0, 6, "a", 1_000, "0.00"), 0);

      assertThat(TestingHarness.rows(harness))
          .extracting(row -> row.getLong(layout.offset()))
          .containsExactly(1L, 5L);
      assertThat(TestingHarness.rejects(harness))
          .extracting(row -> row.getString(9).toString())
          .containsExactly("large", "positive", "required:amount", "positive");
      assertThat(TestingHarness.rejects(harness).get(0).getString(10).toString())
          .contains("500000000.0001");
    }
  }
}
