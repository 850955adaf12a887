package io.sluice.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.connectors.delta.DeltaTables;
import io.sluice.definition.Pipeline;
import io.sluice.definition.PipelineLoader;
import io.sluice.definition.edit.Edits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The production graph over a dataset that the repository does not ship, on a mini cluster. */
class PipelineITCase {
  private static final Path DEFINITIONS = Path.of("src/test/resources/orders");

  /** One order per second; every tenth is a repetition, every hundredth cannot be decoded. */
  private static final int RECORDS = 1_000;

  @RegisterExtension
  static final MiniClusterExtension CLUSTER =
      new MiniClusterExtension(
          new MiniClusterResourceConfiguration.Builder()
              .setNumberTaskManagers(1)
              .setNumberSlotsPerTaskManager(2)
              .build());

  @TempDir private Path lake;
  @TempDir private Path definitions;

  @BeforeEach
  void serveNobody() {
    TestingEdges.SERVED.clear();
  }

  private static RowData record(long index) {
    return GenericRowData.of(
        StringData.fromString("orders.v1"),
        0,
        index,
        TimestampData.fromEpochMillis(index * 1_000),
        null,
        value(index),
        new GenericArrayData(new Object[0]));
  }

  private static RowData record(long index, String shop) {
    GenericRowData record = (GenericRowData) record(index);
    if (index % 100 != 50) {
      record.setField(5, value(index, 1, schema(), "", shop));
    }
    return record;
  }

  /** From the middle on every third producer has a schema with one more field. */
  private static RowData evolving(long index) {
    boolean evolved = index >= RECORDS / 2 && index % 3 == 0;
    GenericRowData record = (GenericRowData) record(index);
    if (evolved && index % 100 != 50) {
      record.setField(5, value(index, 2, TestingEdges.evolved(schema())));
    }
    return record;
  }

  /** Three schemas with a field of one name: an int, a long and a string. */
  private static RowData coded(long index) {
    GenericRowData record = (GenericRowData) record(index);
    if (index % 100 != 50) {
      int schemaId = 5 + (int) (index % 3);
      Object code =
          switch (schemaId) {
            case 5 -> (int) index;
            // Every thirtieth is no int.
            case 6 -> index % 10 == 7 ? index << 32 : index;
            default -> "code-" + index;
          };
      Schema schema =
          TestingEdges.coded(schema(), schemaId == 5 ? "int" : schemaId == 6 ? "long" : "string");
      record.setField(5, value(index, schemaId, schema, code));
    }
    return record;
  }

  /** Two schemas: an int, and from the middle on a long; every tenth is no int then. */
  private static RowData widened(long index) {
    GenericRowData record = (GenericRowData) record(index);
    if (index % 100 != 50) {
      boolean wide = index >= RECORDS / 2;
      Object code = wide ? (Object) widenedCode(index) : (Object) (int) index;
      Schema schema = TestingEdges.coded(schema(), wide ? "long" : "int");
      record.setField(5, value(index, wide ? 6 : 5, schema, code));
    }
    return record;
  }

  private static long widenedCode(long index) {
    return index >= RECORDS / 2 && index % 10 == 7 ? index << 32 : index;
  }

  /** One order has the amount 0. */
  private static RowData poisoned(long index) {
    GenericRowData record = (GenericRowData) record(index);
    if (index == 107) {
      record.setField(5, value(index, 1, schema(), null, "north", BigDecimal.ZERO.setScale(2)));
    }
    return record;
  }

  private static Schema schema() {
    try {
      return new Schema.Parser().parse(DEFINITIONS.resolve("orders.avsc").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] value(long index) {
    return index % 100 == 50 ? new byte[] {0, 0, 0, 0, 1, 2} : value(index, 1, schema());
  }

  private static byte[] value(long index, int schemaId, Schema schema) {
    return value(index, schemaId, schema, "venue-" + index);
  }

  /**
   * @param added the value of the first field, unless the schema has id 1
   */
  private static byte[] value(long index, int schemaId, Schema schema, Object added) {
    return value(index, schemaId, schema, added, "north");
  }

  private static byte[] value(long index, int schemaId, Schema schema, Object added, String shop) {
    return value(index, schemaId, schema, added, shop, new BigDecimal("1.25"));
  }

  private static byte[] value(
      long index, int schemaId, Schema schema, Object added, String shop, BigDecimal amount) {
    long id = index % 10 == 9 ? index - 1 : index;
    try {
      GenericRecord order = new GenericData.Record(schema);
      if (schemaId != 1) {
        order.put(0, added);
      }
      order.put("id", "order-" + id);
      order.put("ts", index * 1_000);
      order.put("amount", ByteBuffer.wrap(amount.unscaledValue().toByteArray()));
      order.put("shop", shop);
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      bytes.writeBytes(new byte[] {0, 0, 0, 0, (byte) schemaId});
      BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
      new GenericDatumWriter<GenericRecord>(schema).write(order, encoder);
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void run(String file) throws Exception {
    run(file, PipelineITCase::record);
  }

  private void run(String file, GeneratorFunction<Long, RowData> records) throws Exception {
    run(DEFINITIONS, file, records);
  }

  private void run(Path folder, String file, GeneratorFunction<Long, RowData> records)
      throws Exception {
    Pipeline pipeline = PipelineLoader.load(folder.resolve(file), folder);
    Configuration configuration = JobSettings.defaults(1).configuration();
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(1);
    new PipelineJob(env, Edits.none(pipeline), new TestingEdges(lake.toString(), records, RECORDS))
        .define();
    env.execute("orders");
  }

  private List<Map<String, Object>> rows(String table) throws IOException {
    try (Stream<Map<String, Object>> rows =
        DeltaTables.rows(lake + "/" + table, OptionalLong.empty(), List.of(), -1)) {
      return rows.toList();
    }
  }

  private long ledger(String column) throws IOException {
    return rows("ledger/orders").stream().mapToLong(row -> (Long) row.get(column)).sum();
  }

  @Test
  void everyRecordIsSomewhereAndAReplayAddsNothing() throws Exception {
    run("orders.yaml");
    checkTables();
    assertThat(TestingEdges.SERVED)
        .contains(
            "redis total_by_shop shop=north total=2225.00 _version=890",
            "jdbc by_shop_1m shop=north window_start=0 window_end=60000 total=66.25 orders=53 _version=53");
    assertThat(TestingEdges.SERVED.stream().filter(text -> text.startsWith("dlq"))).hasSize(10);

    run("orders.yaml");
    checkTables();
    assertThat(TestingEdges.SERVED.stream().filter(text -> text.startsWith("dlq"))).hasSize(10);
  }

  @Test
  void anEventThatAViewCannotComputeIsRejectedForThisViewOnly() throws Exception {
    Path folder = with(schema());
    Path file = folder.resolve("orders.yaml");
    Files.writeString(
        file,
        Files.readString(file)
            .replace("sum(amount)", "sum(1 / amount)")
            .replace("sum(twice)", "sum(1 / amount)"));
    run(folder, "orders.yaml", PipelineITCase::poisoned);
    assertThat(rows("silver/orders")).hasSize(890);
    assertThat(ledger("gap")).isZero();
    assertThat(TestingEdges.SERVED).contains("redis north total=711.200000 v889");
    assertThat(
            rows("gold/by_shop_1m").stream()
                .map(row -> (BigDecimal) row.get("total"))
                .reduce(BigDecimal::add))
        .contains(new BigDecimal("711.200000"));
    for (String view : List.of("by_shop_1m", "total_by_shop")) {
      assertThat(rows("rejected/" + view))
          .singleElement()
          .satisfies(
              reject -> {
                assertThat(reject.get("rule")).isEqualTo("arithmetic:total");
                assertThat(reject.get("stage")).isEqualTo("view");
                assertThat((String) reject.get("reason")).contains("division by zero");
                assertThat((String) reject.get("row")).contains("\"id\":\"order-107\"");
              });
    }
  }

  @Test
  void anUpsertKeepsTheNewestRowOfAKeyAndAReplayChangesNothing() throws Exception {
    run("orders-upsert.yaml");
    checkUpserts();

    run("orders-upsert.yaml");
    checkUpserts();
  }

  @ParameterizedTest
  @ValueSource(strings = {"orders.yaml", "orders-upsert.yaml"})
  void aFieldThatTheContractLacksBecomesAColumn(String file) throws Exception {
    run(file, PipelineITCase::evolving);
    checkVenues();
    // A replay brings nothing new, under a contract that knows the column as little.
    run(file, PipelineITCase::evolving);
    checkVenues();
    run(withVenue(), file, PipelineITCase::evolving);
    checkVenues();
    assertThat(ledger("gap")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"orders.yaml", "orders-upsert.yaml"})
  void aNewColumnIsWidenedAndOtherTypesAreRejects(String file) throws Exception {
    run(file, PipelineITCase::coded);
    checkCodes();
    // What the first job knew is forgotten, but the table and what was settled is not.
    run(file, PipelineITCase::coded);
    checkCodes();
    assertThat(ledger("gap")).isZero();
  }

  private void checkCodes() throws IOException {
    assertThat(rows("silver/orders"))
        .isNotEmpty()
        .allSatisfy(
            row -> {
              assertThat((Long) row.get("_offset") % 3).isNotEqualTo(2);
              long index = (Long) row.get("_offset");
              boolean wide = index % 3 == 1 && index % 10 == 7;
              assertThat(row.get("code")).isEqualTo(wide ? index << 32 : index);
            });
    List<Map<String, Object>> rejects = rows("quarantine/orders");
    assertThat(rejects)
        .filteredOn(row -> (Long) row.get("offset") % 100 != 50)
        .allMatch(row -> row.get("rule").equals("incompatible_schema"))
        .extracting(row -> (Long) row.get("offset"))
        .containsExactlyInAnyOrderElementsOf(
            LongStream.range(0, RECORDS)
                .filter(index -> index % 3 == 2)
                .filter(index -> index % 100 != 50)
                .boxed()
                .toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"orders.yaml", "orders-upsert.yaml"})
  void aTypeThatTheContractHasNarrowerReachesTheTable(String file) throws Exception {
    Path narrow = with(TestingEdges.coded(schema(), "int"));
    run(narrow, file, PipelineITCase::widened);
    checkWidened();
    // The table stays wide under the contract of before.
    run(narrow, file, PipelineITCase::widened);
    checkWidened();
    run(with(TestingEdges.coded(schema(), "long")), file, PipelineITCase::widened);
    checkWidened();
    assertThat(ledger("gap")).isZero();
  }

  @Test
  void whatASinkRefusesStandsInTheViewsTableOfRejects() throws Exception {
    run("orders.yaml", index -> record(index, index % 7 == 3 ? TestingEdges.REFUSED : "north"));
    List<Map<String, Object>> windows = rows("rejected/by_shop_1m");
    assertThat(windows)
        .hasSize(17)
        .allSatisfy(
            row ->
                assertThat(row)
                    .containsEntry("view", "by_shop_1m")
                    .containsEntry("stage", "sink")
                    .containsEntry("sink", "jdbc")
                    .containsEntry("rule", "testing:shop")
                    .containsEntry("reason", "a shop that is refused"));
    assertThat(windows)
        .extracting(row -> row.get("key"))
        .contains("{\"shop\":\"refused\",\"window_start\":\"1970-01-01T00:00:00Z\"}");
    assertThat(rows("rejected/total_by_shop"))
        .isNotEmpty()
        .allMatch(row -> row.get("sink").equals("redis"));
    assertThat(TestingEdges.SERVED)
        .noneMatch(text -> text.contains(TestingEdges.REFUSED))
        .anyMatch(text -> text.startsWith("jdbc by_shop_1m shop=north"));
    assertThat(rows("gold/by_shop_1m")).hasSize(34);
    assertThat(ledger("gap")).isZero();
  }

  @Test
  void aViewThatIsDefinedAnewChangesItsTableAsItsPolicySays() throws Exception {
    run("orders.yaml");
    run(withMean("lenient"), "orders.yaml", index -> record(index + RECORDS));
    int before = rows("gold/by_shop_1m").size();
    assertThat(before).isGreaterThan(17);
    assertThat(rows("gold/by_shop_1m")).noneMatch(row -> row.containsKey("mean"));
    run(withMean("evolve"), "orders.yaml", index -> record(index + 2 * RECORDS));
    assertThat(rows("gold/by_shop_1m"))
        .filteredOn(row -> row.get("mean") != null)
        .isNotEmpty()
        .hasSize(rows("gold/by_shop_1m").size() - before);
  }

  private Path withMean(String schemaChanges) throws IOException {
    Path folder = with(schema());
    Path file = folder.resolve("orders.yaml");
    Files.writeString(
        file,
        Files.readString(file)
            .replace("orders: \"count()\"}", "orders: \"count()\", mean: \"avg(amount)\"}")
            .replace("[delta, jdbc]", "[delta, jdbc]\n    schemaChanges: " + schemaChanges));
    return folder;
  }

  private void checkWidened() throws IOException {
    assertThat(rows("silver/orders"))
        .hasSize(890)
        .allSatisfy(
            row -> assertThat(row.get("code")).isEqualTo(widenedCode((Long) row.get("_offset"))));
    assertThat(rows("quarantine/orders")).hasSize(10);
    assertThat(metadataChanges()).isEqualTo(1);
  }

  /** The definitions with a contract that has the column. */
  private Path withVenue() throws IOException {
    return with(TestingEdges.evolved(schema()));
  }

  private Path with(Schema contract) throws IOException {
    try (Stream<Path> files = Files.list(DEFINITIONS)) {
      for (Path file : files.toList()) {
        Files.copy(
            file, definitions.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Files.writeString(definitions.resolve("orders.avsc"), contract.toString());
    return definitions;
  }

  private void checkVenues() throws IOException {
    List<Map<String, Object>> rows = rows("silver/orders");
    assertThat(rows)
        .hasSize(890)
        .allSatisfy(
            row -> {
              long index = (Long) row.get("_offset");
              assertThat(row.get("venue"))
                  .isEqualTo(index >= RECORDS / 2 && index % 3 == 0 ? "venue-" + index : null);
            });
    assertThat(metadataChanges()).isEqualTo(1);
  }

  private int metadataChanges() throws IOException {
    Path log = lake.resolve("silver/orders/_delta_log");
    int metadata = 0;
    for (long version = 1;
        version <= DeltaTables.latestVersion(lake + "/silver/orders");
        version++) {
      String entry = Files.readString(log.resolve("%020d.json".formatted(version)));
      metadata += entry.contains("\"metaData\"") ? 1 : 0;
    }
    return metadata;
  }

  private void checkUpserts() throws IOException {
    assertThat(rows("bronze/orders")).hasSize(RECORDS);
    // A tenth of the records come a second later under the id of the one before.
    assertThat(rows("silver/orders"))
        .hasSize(890)
        .filteredOn(row -> row.get("id").equals("order-8"))
        .singleElement()
        .satisfies(row -> assertThat(row.get("ts")).isEqualTo(Instant.ofEpochMilli(9_000)));
    assertThat(ledger("silver")).isEqualTo(990);
    assertThat(ledger("gap")).isZero();
  }

  private void checkTables() throws IOException {
    assertThat(rows("bronze/orders")).hasSize(RECORDS);
    assertThat(rows("quarantine/orders"))
        .hasSize(10)
        .allMatch(row -> row.get("rule").equals("truncated"));
    assertThat(rows("silver/orders")).hasSize(890);
    assertThat(ledger("consumed")).isEqualTo(RECORDS);
    assertThat(ledger("silver")).isEqualTo(890);
    assertThat(ledger("rejected")).isEqualTo(10);
    assertThat(ledger("duplicates")).isEqualTo(100);
    assertThat(ledger("gap")).isZero();
    assertThat(rows("late/by_shop_1m")).isEmpty();
    assertThat(rows("rejected/by_shop_1m")).isEmpty();
    assertThat(rows("rejected/total_by_shop")).isEmpty();
    List<Map<String, Object>> gold = rows("gold/by_shop_1m");
    assertThat(gold).hasSize(17);
    assertThat(gold.stream().map(row -> (BigDecimal) row.get("total")).reduce(BigDecimal::add))
        .contains(new BigDecimal("1112.50"));
  }
}
