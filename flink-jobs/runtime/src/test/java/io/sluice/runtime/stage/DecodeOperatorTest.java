package io.sluice.runtime.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.definition.model.Pipeline.SchemaChanges;
import io.sluice.runtime.TestingHarness;
import io.sluice.runtime.TestingOrders;
import io.sluice.runtime.codec.CodecException;
import io.sluice.runtime.codec.DecodeRule;
import io.sluice.runtime.codec.IncompatibleSchemaException;
import io.sluice.runtime.decode.SchemaLookup;
import io.sluice.runtime.ledger.AccountedOffsets;
import io.sluice.runtime.ledger.StageCounts;
import io.sluice.runtime.reject.Rejects;
import io.sluice.runtime.row.RawRecord;
import io.sluice.runtime.silver.SilverChanges;
import io.sluice.runtime.silver.SilverLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.RowData;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DecodeOperatorTest {
  private final SilverLayout layout = TestingOrders.layout();

  private OneInputStreamOperatorTestHarness<RowData, RowData> harness(AccountedOffsets accounted)
      throws Exception {
    return TestingHarness.of(
        new DecodeOperator(
            layout,
            new SilverChanges(SchemaChanges.EVOLVE, Set.of(), Set.of()),
            TestingRegistry::schema,
            wanted -> wanted,
            accounted),
        RawRecord.ROW_TYPE,
        layout.workingType());
  }

  private OneInputStreamOperatorTestHarness<RowData, RowData> harness(SchemaLookup schemas)
      throws Exception {
    return TestingHarness.of(
        new DecodeOperator(
            layout,
            new SilverChanges(SchemaChanges.EVOLVE, Set.of(), Set.of()),
            schemas,
            wanted -> wanted,
            AccountedOffsets.none(TestingOrders.TOPIC)),
        RawRecord.ROW_TYPE,
        layout.workingType());
  }

  private OneInputStreamOperatorTestHarness<RowData, RowData> harness() throws Exception {
    return harness(AccountedOffsets.none(TestingOrders.TOPIC));
  }

  /** Knows schema 7, refuses 8 with text that is no schema, cannot be reached for 9. */
  static final class TestingRegistry {
    private TestingRegistry() {}

    static Optional<List<String>> schema(int id) throws IOException, CodecException {
      return switch (id) {
        case 7 -> Optional.of(List.of(TestingOrders.SCHEMA.toString()));
        case 8 -> Optional.of(List.of("{\"type\": \"string\"}"));
        case 10 -> Optional.of(bomb());
        case 11 -> throw new CodecException(DecodeRule.UNKNOWN_SCHEMA_ID, "Not of this topic.");
        case 9 -> throw new IOException("registry is down");
        default -> Optional.empty();
      };
    }
  }

  /** Thirty records, each of which has the one before it twice: a billion columns. */
  private static List<String> bomb() {
    List<String> texts = new ArrayList<>(List.of(TestingOrders.SCHEMA.toString()));
    for (int i = 0; i < 30; i++) {
      String former = i == 0 ? "int" : "R" + (i - 1);
      String record =
          "{'type': 'record', 'name': 'R%d', 'fields': [{'name': 'a', 'type': '%s'}, {'name': 'b', 'type': '%s'}]}";
      texts.add(record.formatted(i, former, former).replace('\'', '"'));
    }
    return texts;
  }

  private static byte[] order(int schemaId) throws IOException {
    return order(schemaId, 1_000);
  }

  private static byte[] order(int schemaId, long ts) throws IOException {
    GenericRecord order = new GenericData.Record(TestingOrders.SCHEMA);
    order.put("id", "a");
    order.put("ts", ts);
    order.put("amount", ByteBuffer.wrap(new BigDecimal("12.34").unscaledValue().toByteArray()));
    order.put("shop", "north");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(0);
    bytes.write(ByteBuffer.allocate(4).putInt(schemaId).array());
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(TestingOrders.SCHEMA).write(order, encoder);
    return bytes.toByteArray();
  }

  private static byte[] broken(String how) throws IOException {
    byte[] good = order(7);
    return switch (how) {
      case "null" -> null;
      case "empty" -> new byte[0];
      case "magic" -> {
        good[0] = 1;
        yield good;
      }
      case "cut" -> Arrays.copyOf(good, good.length - 2);
      case "header" -> Arrays.copyOf(good, 3);
      case "longer" -> Arrays.copyOf(good, good.length + 1);
      case "id" -> order(99);
      case "schema" -> order(8);
      case "bomb" -> order(10);
      case "foreign" -> order(11);
      default -> throw new IllegalArgumentException(how);
    };
  }

  @Test
  void decodesWithProvenance() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processElement(TestingOrders.raw(3, 42, 5_000, order(7)), 0);
      RowData row = TestingHarness.rows(harness).get(0);
      assertThat(row.getString(0).toString()).isEqualTo("a");
      assertThat(row.getDecimal(2, 10, 2).toString()).isEqualTo("12.34");
      assertThat(row.getInt(layout.partition())).isEqualTo(3);
      assertThat(row.getLong(layout.offset())).isEqualTo(42);
      assertThat(row.getInt(layout.schemaId())).isEqualTo(7);
      assertThat(layout.arrivalMillis(row)).isEqualTo(5_000);
    }
  }

  /** An order and its column "extra", which the contract lacks. */
  private static byte[] widerOrder() throws IOException {
    byte[] order = order(12);
    return Arrays.copyOf(order, order.length + 1);
  }

  /** One schema that has a column more than the contract. */
  private static final class WiderSchema implements SchemaLookup {
    private static final long serialVersionUID = 1L;
    private static final AtomicInteger ASKED = new AtomicInteger();
    private static volatile boolean own;

    @Override
    public Optional<List<String>> schema(int id) {
      String contract = TestingOrders.SCHEMA.toString();
      return Optional.of(
          List.of(
              contract.substring(0, contract.length() - 2)
                  + ",{\"name\":\"extra\",\"type\":[\"null\",\"string\"],\"default\":null}]}"));
    }

    @Override
    public boolean mayAddColumns(int id) {
      return own;
    }

    @Override
    public boolean mayAddColumnsByNow(int id) {
      ASKED.incrementAndGet();
      return own;
    }
  }

  @BeforeEach
  void theWiderSchemaIsForeign() {
    WiderSchema.own = false;
    WiderSchema.ASKED.set(0);
  }

  /** Whatever the policy is: strangers must neither widen a table nor end a job. */
  @ParameterizedTest
  @EnumSource(SchemaChanges.class)
  void aSchemaOfOtherSubjectsIsReadButAddsNoColumns(SchemaChanges policy) throws Exception {
    DecodeOperator operator =
        new DecodeOperator(
            layout,
            new SilverChanges(policy, Set.of(), Set.of()),
            new WiderSchema(),
            wanted -> {
              throw new AssertionError("silver was asked for columns");
            },
            AccountedOffsets.none(TestingOrders.TOPIC));
    try (var harness = TestingHarness.of(operator, RawRecord.ROW_TYPE, layout.workingType())) {
      harness.open();
      harness.processElement(TestingOrders.raw(0, 1, 5_000, widerOrder()), 0);
      RowData row = TestingHarness.rows(harness).get(0);
      assertThat(row.getString(0)).hasToString("a");
      assertThat(row.isNullAt(layout.newColumns())).isTrue();
    }
  }

  @Test
  void aSchemaThatIsRegisteredUnderTheTopicLaterBringsItsColumnsWithinAMinute() throws Exception {
    try (var harness = harness(new WiderSchema())) {
      harness.setProcessingTime(0);
      harness.open();
      byte[] wider = widerOrder();
      harness.processElement(TestingOrders.raw(0, 1, 5_000, wider), 0);
      WiderSchema.own = true;
      harness.setProcessingTime(59_999);
      harness.processElement(TestingOrders.raw(0, 2, 5_000, wider), 0);
      assertThat(WiderSchema.ASKED).hasValue(0);
      harness.setProcessingTime(60_000);
      AtomicInteger offset = new AtomicInteger(2);
      Awaitility.await()
          .until(
              () -> {
                harness.processElement(
                    TestingOrders.raw(0, offset.incrementAndGet(), 5_000, wider), 0);
                return !TestingHarness.rows(harness)
                    .get(offset.get() - 1)
                    .isNullAt(layout.newColumns());
              });
      assertThat(WiderSchema.ASKED).hasValue(1);
      assertThat(TestingHarness.rows(harness).get(1).isNullAt(layout.newColumns())).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "null, null_value",
    "empty, empty_value",
    "magic, wrong_magic",
    "header, truncated",
    "cut, truncated",
    "longer, corrupt",
    "id, unknown_schema_id",
    "schema, incompatible_schema",
    "bomb, incompatible_schema",
    "foreign, unknown_schema_id"
  })
  void turnsAwayWhatItCannotDecodeWithItsBytes(String how, String rule) throws Exception {
    try (var harness = harness()) {
      harness.open();
      byte[] value = broken(how);
      harness.processElement(TestingOrders.raw(0, 1, 5_000, value), 0);
      harness.processElement(TestingOrders.raw(0, 2, 5_000, order(7)), 0);
      assertThat(TestingHarness.rows(harness)).hasSize(1);
      RowData reject = TestingHarness.rejects(harness).get(0);
      assertThat(reject.isNullAt(5) ? null : reject.getBinary(5)).isEqualTo(value);
      assertThat(reject.getLong(Rejects.OFFSET)).isEqualTo(1);
      assertThat(reject.getArray(6).size()).isEqualTo(2);
      assertThat(reject.getString(8).toString()).isEqualTo("decode");
      assertThat(reject.getString(9).toString()).isEqualTo(rule);
      StageCounts counts = TestingHarness.counts(harness, 1);
      assertThat(counts.consumedCount()).isEqualTo(2);
      assertThat(counts.rejectedCount()).isEqualTo(1);
    }
  }

  @Test
  void failsRatherThanRejectWhenTheRegistryCannotBeReached() throws Exception {
    try (var harness = harness()) {
      harness.open();
      assertThatThrownBy(() -> harness.processElement(TestingOrders.raw(0, 1, 5_000, order(9)), 0))
          .hasMessageContaining("registry is down");
    }
  }

  @Test
  void passesAnnouncementsOn() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processElement(TestingOrders.announcement(2), 0);
      assertThat(TestingHarness.rows(harness)).hasSize(1).allMatch(layout::isAnnouncement);
      assertThat(TestingHarness.counts(harness, 1).isEmpty()).isTrue();
    }
  }

  @Test
  void decodesButDoesNotCountWhatTheLedgerAccountsFor() throws Exception {
    Map<String, Long> positions = Map.of(TestingOrders.TOPIC + "/0", 2L);
    try (var harness = harness(new AccountedOffsets(TestingOrders.TOPIC, positions))) {
      harness.open();
      harness.processElement(TestingOrders.raw(0, 1, 5_000, order(7)), 0);
      harness.processElement(TestingOrders.raw(0, 2, 5_000, order(7)), 0);
      assertThat(TestingHarness.rows(harness)).hasSize(2);
      assertThat(TestingHarness.counts(harness, 1).consumedCount()).isEqualTo(1);
    }
  }

  /** Answers in turn; the last answer stays. Each test has its own. */
  private static final List<SchemaLookup> ANSWERS = new ArrayList<>();

  private static Optional<List<String>> next(int id)
      throws IOException, IncompatibleSchemaException, CodecException {
    SchemaLookup answer = ANSWERS.size() > 1 ? ANSWERS.remove(0) : ANSWERS.get(0);
    return answer.schema(id);
  }

  private static void answer(SchemaLookup... answers) {
    ANSWERS.clear();
    ANSWERS.addAll(List.of(answers));
  }

  private static final SchemaLookup GOOD =
      id -> Optional.of(List.of(TestingOrders.SCHEMA.toString()));

  @Test
  void looksAgainAtEveryRecordForWhatTheRegistryMayHaveByThen() throws Exception {
    answer(
        id -> Optional.empty(),
        id -> {
          throw new IncompatibleSchemaException("it refers to what is missing");
        },
        GOOD);
    try (var harness = harness(DecodeOperatorTest::next)) {
      harness.open();
      for (int offset = 1; offset <= 4; offset++) {
        harness.processElement(TestingOrders.raw(0, offset, 5_000, order(7)), 0);
      }
      assertThat(TestingHarness.rows(harness)).hasSize(2);
      assertThat(TestingHarness.rejects(harness))
          .extracting(reject -> reject.getString(9) + ": " + reject.getString(10))
          .containsExactly(
              "unknown_schema_id: The registry knows no schema with id 7. Register the writer's schema, then replay the record.",
              "incompatible_schema: Schema 7 cannot be read as dataset orders: it refers to what is missing");
    }
  }

  @Test
  void looksAgainAfterAMinuteAtASchemaThatDidNotFit() throws Exception {
    answer(id -> Optional.of(List.of("\"string\"")), GOOD);
    try (var harness = harness(DecodeOperatorTest::next)) {
      harness.setProcessingTime(1_000);
      harness.open();
      harness.processElement(TestingOrders.raw(0, 1, 5_000, order(7)), 0);
      harness.setProcessingTime(60_999);
      harness.processElement(TestingOrders.raw(0, 2, 5_000, order(7)), 0);
      assertThat(TestingHarness.rows(harness)).isEmpty();
      harness.setProcessingTime(61_000);
      harness.processElement(TestingOrders.raw(0, 3, 5_000, order(7)), 0);
      assertThat(TestingHarness.rows(harness)).hasSize(1);
      assertThat(TestingHarness.rejects(harness)).hasSize(2);
    }
  }

  @Test
  void asksOncePerSchemaHoweverManyAreInRotation() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    answer(
        id -> {
          asked.incrementAndGet();
          return GOOD.schema(id);
        });
    int schemas = 5_000;
    try (var harness = harness(DecodeOperatorTest::next)) {
      harness.open();
      for (int i = 0; i < 2 * schemas; i++) {
        harness.processElement(TestingOrders.raw(0, i, 5_000, order(i % schemas)), 0);
      }
      assertThat(asked).hasValue(schemas);
    }
  }

  @Test
  void rejectsATimeThatNoColumnHoldsWithItsNumber() throws Exception {
    try (var harness = harness()) {
      harness.open();
      harness.processElement(TestingOrders.raw(0, 1, 5_000, order(7, Long.MAX_VALUE)), 0);
      harness.processElement(TestingOrders.raw(0, 2, 5_000, order(7, 253_402_300_799_999L)), 0);
      assertThat(TestingHarness.rows(harness)).hasSize(1);
      RowData reject = TestingHarness.rejects(harness).get(0);
      assertThat(reject.getString(9)).hasToString("range:ts");
      assertThat(reject.getString(10)).asString().contains("9223372036854775807 ms");
    }
  }
}
