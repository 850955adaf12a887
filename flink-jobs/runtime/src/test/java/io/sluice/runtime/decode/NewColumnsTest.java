package io.sluice.runtime.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.definition.model.Expression;
import io.sluice.definition.model.Pipeline.Derivation;
import io.sluice.definition.model.Pipeline.SchemaChanges;
import io.sluice.runtime.TestingHarness;
import io.sluice.runtime.TestingOrders;
import io.sluice.runtime.ledger.AccountedOffsets;
import io.sluice.runtime.row.RawRecord;
import io.sluice.runtime.silver.SilverChanges;
import io.sluice.runtime.silver.SilverColumns;
import io.sluice.runtime.silver.SilverLayout;
import io.sluice.runtime.stage.DecodeOperator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.flink.core.memory.MemorySegmentFactory;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;
import org.junit.jupiter.api.Test;

/** Producers write fields that the contract does not know. */
class NewColumnsTest {
  private final SilverLayout layout =
      new SilverLayout(
          TestingOrders.dataset(),
          List.of(new Derivation("copy", new Expression.ColumnRef("id", Simple.STRING))));

  /** The ids of the fields that a schema has in front of those of the contract. */
  private static Schema schema(int id) {
    String before =
        switch (id) {
          case 7 -> "";
          case 20 -> "{'name': 'venue', 'type': ['null', 'string'], 'default': null},";
          case 21 ->
              "{'name': 'fee', 'type': 'double'}, {'name': 'venue', 'type': ['null', 'string'], 'default': null},";
          case 22 ->
              "{'name': 'odd', 'type': ['null', 'string', 'long'], 'default': null}, {'name': 'venue', 'type': ['string', 'null'], 'default': 7},";
          case 23 -> "{'name': 'Copy', 'type': ['null', 'string']},";
          case 24 -> "{'name': '_offset', 'type': ['null', 'long']},";
          case 25 ->
              "{'name': 'at', 'type': ['null', {'type': 'long', 'logicalType': 'timestamp-micros'}]},"
                  + "{'name': 'parts', 'type': ['null', {'type': 'array', 'items': {'type': 'record', 'name': 'P', 'fields': [{'name': 'x', 'type': 'int'}]}}]},"
                  + "{'name': 'side', 'type': ['null', {'type': 'enum', 'name': 'Side', 'symbols': ['BUY', 'SELL']}]},";
          case 26 -> "{'name': 'venue', 'type': 'string'}, {'name': 'Venue', 'type': 'string'},";
          case 28 -> "{'name': 'code', 'type': ['null', 'long']},";
          case 29 -> "{'name': 'code', 'type': 'string'},";
          case 30 -> "{'name': 'venue', 'type': 'string'},";
          case 31 -> "";
          default -> throw new IllegalArgumentException("schema " + id);
        };
    String json =
        id < 30
            ? TestingOrders.SCHEMA.toString()
            : TestingOrders.SCHEMA
                .toString()
                .replace("\"precision\":10,\"scale\":2", "\"precision\":20,\"scale\":4");
    return new Schema.Parser()
        .setValidateDefaults(false)
        .parse(json.replace("\"fields\":[", "\"fields\":[" + before.replace('\'', '"')));
  }

  /** Finds the schemas by id. */
  static final class TestingRegistry {
    private TestingRegistry() {}

    static Optional<List<String>> schema(int id) {
      return Optional.of(List.of(NewColumnsTest.schema(id).toString()));
    }
  }

  private OneInputStreamOperatorTestHarness<RowData, RowData> harness(SchemaChanges changes)
      throws Exception {
    return harness(changes, wanted -> wanted);
  }

  private OneInputStreamOperatorTestHarness<RowData, RowData> harness(
      SchemaChanges changes, SilverColumns silver) throws Exception {
    return harness(new SilverChanges(changes, Set.of(), Set.of()), silver);
  }

  private OneInputStreamOperatorTestHarness<RowData, RowData> harness(
      SilverChanges changes, SilverColumns silver) throws Exception {
    var harness =
        TestingHarness.of(
            new DecodeOperator(
                layout,
                changes,
                TestingRegistry::schema,
                silver,
                AccountedOffsets.none(TestingOrders.TOPIC)),
            RawRecord.ROW_TYPE,
            layout.workingType());
    harness.open();
    return harness;
  }

  private static RowData order(int id, long offset, Object... added) throws IOException {
    return order(id, "12.34", offset, added);
  }

  private static RowData order(int id, String amount, long offset, Object... added)
      throws IOException {
    Schema schema = schema(id);
    GenericRecord order = new GenericData.Record(schema);
    order.put("id", "a" + offset);
    order.put("ts", 1_000L);
    BigDecimal scaled = new BigDecimal(amount).setScale(id < 30 ? 2 : 4);
    order.put("amount", ByteBuffer.wrap(scaled.unscaledValue().toByteArray()));
    order.put("shop", "north");
    for (int i = 0; i < added.length; i++) {
      order.put(i, added[i]);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(0);
    bytes.write(ByteBuffer.allocate(4).putInt(id).array());
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(schema).write(order, encoder);
    return TestingOrders.raw(0, offset, 5_000, bytes.toByteArray());
  }

  private static String id(RowData row) {
    return row.getString(0).toString();
  }

  private RowType typeOf(RowData row) {
    String text = row.getRow(layout.newColumns(), 2).getString(0).toString();
    return (RowType) LogicalTypeParser.parse(text, getClass().getClassLoader());
  }

  private BinaryRowData valuesOf(RowData row) {
    byte[] bytes = row.getRow(layout.newColumns(), 2).getBinary(1);
    BinaryRowData values = new BinaryRowData(typeOf(row).getFieldCount());
    values.pointTo(MemorySegmentFactory.wrap(bytes), 0, bytes.length);
    return values;
  }

  @Test
  void travelInAFieldOfTheirOwn() throws Exception {
    try (var harness = harness(SchemaChanges.EVOLVE)) {
      harness.processElement(order(7, 1), 0);
      harness.processElement(order(20, 2, "XETR"), 0);
      harness.processElement(order(20, 3, (Object) null), 0);
      harness.processElement(order(7, 4), 0);

      List<RowData> rows = TestingHarness.rows(harness);
      assertThat(rows).extracting(NewColumnsTest::id).containsExactly("a1", "a2", "a3", "a4");
      assertThat(rows)
          .extracting(row -> row.isNullAt(layout.newColumns()))
          .containsExactly(true, false, false, true);
      assertThat(typeOf(rows.get(1)).asSummaryString()).isEqualTo("ROW<`venue` STRING> NOT NULL");
      assertThat(valuesOf(rows.get(1)).getString(0)).hasToString("XETR");
      assertThat(valuesOf(rows.get(2)).isNullAt(0)).isTrue();
      assertThat(rows)
          .extracting(row -> row.getInt(layout.schemaId()))
          .containsExactly(7, 20, 20, 7);
      assertThat(TestingHarness.rejects(harness)).isEmpty();
    }
  }

  @Test
  void aRequiredFieldIsANullableColumn() throws Exception {
    try (var harness = harness(SchemaChanges.EVOLVE)) {
      harness.processElement(order(21, 1, 0.5, null), 0);

      RowData row = TestingHarness.rows(harness).get(0);
      assertThat(typeOf(row).asSummaryString())
          .isEqualTo("ROW<`fee` DOUBLE, `venue` STRING> NOT NULL");
      assertThat(valuesOf(row).getDouble(0)).isEqualTo(0.5);
      assertThat(valuesOf(row).isNullAt(1)).isTrue();
    }
  }

  @Test
  void whatCannotBeAColumnIsLeftOutAndABadDefaultCostsNothing() throws Exception {
    try (var harness = harness(SchemaChanges.EVOLVE)) {
      harness.processElement(order(22, 1, 77L, "XETR"), 0);

      RowData row = TestingHarness.rows(harness).get(0);
      assertThat(typeOf(row).getFieldNames()).containsExactly("venue");
      assertThat(valuesOf(row).getString(0)).hasToString("XETR");
    }
  }

  @Test
  void nestedAndTimeTypesTravelToo() throws Exception {
    try (var harness = harness(SchemaChanges.EVOLVE)) {
      harness.processElement(order(25, 1, 1_500_000L, null, null), 0);

      RowData row = TestingHarness.rows(harness).get(0);
      assertThat(typeOf(row).asSummaryString())
          .isEqualTo(
              "ROW<`at` TIMESTAMP_LTZ(6), `parts` ARRAY<ROW<`x` INT NOT NULL> NOT NULL>, `side` STRING> NOT NULL");
      assertThat(valuesOf(row).getTimestamp(0, 6).getMillisecond()).isEqualTo(1_500);
    }
  }

  @Test
  void aNameOfSilverIsRefused() throws Exception {
    try (var harness = harness(SchemaChanges.EVOLVE)) {
      harness.processElement(order(23, 1, "x"), 0);
      harness.processElement(order(24, 2, 1L), 0);

      assertThat(TestingHarness.rows(harness)).isEmpty();
      List<RowData> rejects = TestingHarness.rejects(harness);
      assertThat(rejects)
          .extracting(row -> row.getString(9).toString())
          .containsOnly("incompatible_schema");
      assertThat(rejects.get(0).getString(10).toString()).contains("'Copy'", "'copy'");
      assertThat(rejects.get(1).getString(10).toString()).contains("'_offset'", "Rename the field");
    }
  }

  @Test
  void namesThatDifferInCaseOnlyAreRefused() throws Exception {
    try (var harness = harness(SchemaChanges.EVOLVE)) {
      harness.processElement(order(26, 1, "a", "b"), 0);

      assertThat(TestingHarness.rows(harness)).isEmpty();
      List<RowData> rejects = TestingHarness.rejects(harness);
      assertThat(rejects)
          .extracting(row -> row.getString(9).toString())
          .containsOnly("incompatible_schema");
      assertThat(rejects.get(0).getString(10).toString())
          .contains("'venue'", "'Venue'", "upper and lower case");
    }
  }

  /** The table has the column as an INT. */
  private static RowType silver(RowType wanted) {
    return wanted.getFieldNames().contains("code")
        ? new RowType(false, List.of(new RowType.RowField("code", new IntType())))
        : wanted;
  }

  @Test
  void valuesThatFitTravelAsSilverHasThem() throws Exception {
    try (var harness = harness(SchemaChanges.EVOLVE, NewColumnsTest::silver)) {
      harness.processElement(order(28, 1, 7L), 0);
      harness.processElement(order(28, 2, 1L << 40), 0);
      harness.processElement(order(28, 3, (Object) null), 0);
      harness.processElement(order(29, 4, "x"), 0);

      List<RowData> rows = TestingHarness.rows(harness);
      assertThat(rows).extracting(NewColumnsTest::id).containsExactly("a1", "a3");
      assertThat(typeOf(rows.get(0)).asSummaryString()).isEqualTo("ROW<`code` INT> NOT NULL");
      assertThat(valuesOf(rows.get(0)).getInt(0)).isEqualTo(7);
      assertThat(valuesOf(rows.get(1)).isNullAt(0)).isTrue();
      List<RowData> rejects = TestingHarness.rejects(harness);
      assertThat(rejects)
          .hasSize(2)
          .extracting(row -> row.getString(9).toString())
          .containsOnly("incompatible_schema");
      assertThat(rejects.get(0).getString(10).toString())
          .contains("'code'", "1099511627776", "INT");
      assertThat(rejects.get(1).getString(10).toString())
          .contains("Schema 29", "'code' is STRING, but the column of silver is INT");
    }
  }

  @Test
  void aColumnThatTheTableRefusesIsNoFailure() throws Exception {
    SilverColumns silver =
        wanted -> {
          throw new IllegalArgumentException("The table does not want it.");
        };
    try (var harness = harness(SchemaChanges.EVOLVE, silver)) {
      harness.processElement(order(20, 1, "XETR"), 0);

      assertThat(TestingHarness.rejects(harness))
          .singleElement()
          .satisfies(row -> assertThat(row.getString(10).toString()).contains("does not want it"));
    }
  }

  @Test
  void lenientLeavesThemOut() throws Exception {
    try (var harness = harness(SchemaChanges.LENIENT)) {
      harness.processElement(order(21, 1, 0.5, "XETR"), 0);
      harness.processElement(order(23, 2, "x"), 0);

      assertThat(TestingHarness.rows(harness))
          .hasSize(2)
          .allMatch(row -> row.isNullAt(layout.newColumns()));
    }
  }

  @Test
  void failStopsTheJob() throws Exception {
    try (var harness = harness(SchemaChanges.FAIL)) {
      harness.processElement(order(7, 1), 0);
      assertThatThrownBy(() -> harness.processElement(order(21, 2, 0.5, "XETR"), 0))
          .rootCause()
          .hasMessageContainingAll(
              "Schema 21", "dataset orders", "[fee, venue]", "silver.orders.write.schemaChanges");
    }
  }

  private static List<String> reasons(OneInputStreamOperatorTestHarness<RowData, RowData> harness)
      throws Exception {
    return TestingHarness.rejects(harness).stream()
        .map(row -> row.getString(9) + ": " + row.getString(10))
        .toList();
  }

  @Test
  void widerValuesTravelBesideThoseOfTheContract() throws Exception {
    try (var harness = harness(SchemaChanges.EVOLVE)) {
      harness.processElement(order(31, "12.34", 1), 0);
      harness.processElement(order(31, "123456789.0125", 2), 0);
      harness.processElement(order(30, "1.5", 3, "XETR"), 0);

      List<RowData> rows = TestingHarness.rows(harness);
      assertThat(rows).hasSize(3);
      assertThat(typeOf(rows.get(0)).asSummaryString())
          .isEqualTo("ROW<`amount` DECIMAL(20, 4)> NOT NULL");
      assertThat(rows.get(0).getDecimal(2, 10, 2)).hasToString("12.34");
      assertThat(valuesOf(rows.get(0)).getDecimal(0, 20, 4)).hasToString("12.3400");
      assertThat(valuesOf(rows.get(1)).getDecimal(0, 20, 4)).hasToString("123456789.0125");
      assertThat(typeOf(rows.get(2)).asSummaryString())
          .isEqualTo("ROW<`venue` STRING, `amount` DECIMAL(20, 4)> NOT NULL");
      assertThat(valuesOf(rows.get(2)).getDecimal(1, 20, 4)).hasToString("1.5000");
      assertThat(TestingHarness.rejects(harness)).isEmpty();
    }
  }

  @Test
  void whatIsComputedWithMustFitTheContract() throws Exception {
    SilverChanges changes =
        new SilverChanges(SchemaChanges.EVOLVE, Set.of(), Set.of("amount", "shop"));
    try (var harness = harness(changes, wanted -> wanted)) {
      harness.processElement(order(31, "12.34", 1), 0);
      harness.processElement(order(31, "12.345", 2), 0);

      assertThat(TestingHarness.rows(harness)).hasSize(1);
      assertThat(valuesOf(TestingHarness.rows(harness).get(0)).getDecimal(0, 20, 4))
          .hasToString("12.3400");
      assertThat(reasons(harness))
          .singleElement()
          .asString()
          .contains("incompatible_schema", "'amount' is 12.345", "DECIMAL(10, 2)");
    }
  }

  @Test
  void whereTheTypeStaysNothingTravels() throws Exception {
    SilverChanges fixed = new SilverChanges(SchemaChanges.EVOLVE, Set.of("amount"), Set.of());
    SilverChanges free = new SilverChanges(SchemaChanges.EVOLVE, Set.of(), Set.of());
    SilverChanges lenient = new SilverChanges(SchemaChanges.LENIENT, Set.of(), Set.of());
    SilverColumns narrow =
        wanted ->
            new RowType(false, List.of(new RowType.RowField("amount", new DecimalType(10, 2))));
    for (var harness :
        List.of(
            harness(fixed, wanted -> wanted),
            harness(free, narrow),
            harness(lenient, wanted -> wanted))) {
      try (harness) {
        harness.processElement(order(31, "12.34", 1), 0);
        harness.processElement(order(31, "12.345", 2), 0);

        assertThat(TestingHarness.rows(harness))
            .singleElement()
            .satisfies(row -> assertThat(row.isNullAt(layout.newColumns())).isTrue());
        assertThat(reasons(harness)).singleElement().asString().contains("'amount' is 12.345");
      }
    }
  }

  @Test
  void whatSilverHasInNoWiderTypeStaysAsTheContractHasIt() throws Exception {
    for (LogicalType odd : List.of(new DecimalType(8, 2), VarCharType.STRING_TYPE)) {
      SilverColumns silver =
          wanted -> new RowType(false, List.of(new RowType.RowField("amount", odd)));
      try (var harness = harness(SchemaChanges.EVOLVE, silver)) {
        harness.processElement(order(31, "12.34", 1), 0);

        assertThat(TestingHarness.rows(harness))
            .singleElement()
            .satisfies(row -> assertThat(row.isNullAt(layout.newColumns())).isTrue());
      }
    }
  }

  @Test
  void failNamesWiderTypesToo() throws Exception {
    try (var harness = harness(SchemaChanges.FAIL)) {
      assertThatThrownBy(() -> harness.processElement(order(31, "1.00", 1), 0))
          .rootCause()
          .hasMessageContainingAll("Schema 31", "[amount (decimal(20, 4))]");
    }
  }
}
