package io.sluice.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.definition.edit.Edits;
import io.sluice.definition.edit.TopicLife;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.pipeline.PipelineLoader;
import io.sluice.delta.table.DeltaTables;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.datagen.source.GeneratorFunction;
import org.apache.flink.runtime.testutils.MiniClusterResourceConfiguration;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.data.RowData;
import org.apache.flink.test.junit5.MiniClusterExtension;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The production graph over a dataset that the repository does not ship, on a mini cluster. */
class PipelineITCase {
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

  private void run(String file) throws Exception {
    run(file, TestingOrders::record);
  }

  private void run(String file, GeneratorFunction<Long, RowData> records) throws Exception {
    run(TestingOrders.DEFINITIONS, file, records);
  }

  private void run(Path folder, String file, GeneratorFunction<Long, RowData> records)
      throws Exception {
    run(folder, file, records, TopicLife.UNKNOWN);
  }

  private void run(
      Path folder, String file, GeneratorFunction<Long, RowData> records, TopicLife topic)
      throws Exception {
    Pipeline pipeline = PipelineLoader.load(folder.resolve(file), folder);
    Configuration configuration = JobSettings.defaults(1).configuration();
    // Unlike Kafka, the source of this test ends.
    configuration.set(CheckpointingOptions.ENABLE_CHECKPOINTS_AFTER_TASKS_FINISH, true);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.setParallelism(1);
    Edits edits = Edits.none(pipeline, Map.of("orders", topic));
    new PipelineJob(
            env, edits, new TestingEdges(pipeline, lake.toString(), records, TestingOrders.RECORDS))
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
    ViewLines.checkOrders(lake);
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
  void recordsOfATopicThatWasMadeAgainAreNew() throws Exception {
    // Tables of a version that kept no ids of topics belong to the topic that there is.
    run("orders.yaml");
    run(TestingOrders.DEFINITIONS, "orders.yaml", TestingOrders::record, new TopicLife("a", 0));
    checkTables();
    int windows = rows("gold/by_shop_1m").size();

    run(TestingOrders.DEFINITIONS, "orders.yaml", TestingOrders::record, new TopicLife("b", 1));
    checkDoubled(windows);
    assertThat(TestingEdges.SERVED)
        .contains(
            "redis total_by_shop shop=north total=2225.00 _version=" + ((1_000L << 40) + 890));
    run(TestingOrders.DEFINITIONS, "orders.yaml", TestingOrders::record, new TopicLife("b", 1));
    checkDoubled(windows);
  }

  private void checkDoubled(int windows) throws IOException {
    assertThat(rows("bronze/orders")).hasSize(2 * TestingOrders.RECORDS);
    assertThat(rows("silver/orders")).hasSize(1_780);
    assertThat(rows("quarantine/orders")).hasSize(20);
    assertThat(rows("gold/by_shop_1m")).hasSize(2 * windows);
    assertThat(ledger("consumed")).isEqualTo(2 * TestingOrders.RECORDS);
    assertThat(ledger("gap")).isZero();
  }

  @Test
  void anUpsertTakesTheRecordsOfATopicThatWasMadeAgain() throws Exception {
    run(
        TestingOrders.DEFINITIONS,
        "orders-upsert.yaml",
        TestingOrders::record,
        new TopicLife("a", 0));
    checkUpserts();
    run(
        TestingOrders.DEFINITIONS,
        "orders-upsert.yaml",
        index -> TestingOrders.record(index, "south"),
        new TopicLife("b", 1));
    assertThat(DeltaTables.positions(lake + "/silver/orders"))
        .containsEntry("orders.v1/0@a", TestingOrders.RECORDS - 1L)
        .containsEntry("orders.v1/0@b", TestingOrders.RECORDS - 1L);
    assertThat(rows("silver/orders")).extracting(row -> row.get("shop")).contains("south");
  }

  @Test
  void anEventThatAViewCannotComputeIsRejectedForThisViewOnly() throws Exception {
    Path folder = with(TestingOrders.schema());
    Path file = folder.resolve("orders.yaml");
    Files.writeString(
        file,
        Files.readString(file)
            .replace("sum(amount)", "sum(1 / amount)")
            .replace("sum(twice)", "sum(1 / amount)"));
    run(folder, "orders.yaml", TestingOrders::poisoned);
    assertThat(rows("silver/orders")).hasSize(890);
    assertThat(ledger("gap")).isZero();
    assertThat(TestingEdges.SERVED)
        .contains("redis total_by_shop shop=north total=711.200000 _version=889");
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
    run(file, TestingOrders::evolving);
    checkVenues();
    // A replay brings nothing new, under a contract that knows the column as little.
    run(file, TestingOrders::evolving);
    checkVenues();
    run(withVenue(), file, TestingOrders::evolving);
    checkVenues();
    assertThat(ledger("gap")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"orders.yaml", "orders-upsert.yaml"})
  void aNewColumnIsWidenedAndOtherTypesAreRejects(String file) throws Exception {
    run(file, TestingOrders::coded);
    checkCodes();
    // What the first job knew is forgotten, but the table and what was settled is not.
    run(file, TestingOrders::coded);
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
            LongStream.range(0, TestingOrders.RECORDS)
                .filter(index -> index % 3 == 2)
                .filter(index -> index % 100 != 50)
                .boxed()
                .toList());
  }

  @ParameterizedTest
  @ValueSource(strings = {"orders.yaml", "orders-upsert.yaml"})
  void aTypeThatTheContractHasNarrowerReachesTheTable(String file) throws Exception {
    Path narrow = with(TestingEdges.coded(TestingOrders.schema(), "int"));
    run(narrow, file, TestingOrders::widened);
    checkWidened();
    // The table stays wide under the contract of before.
    run(narrow, file, TestingOrders::widened);
    checkWidened();
    run(with(TestingEdges.coded(TestingOrders.schema(), "long")), file, TestingOrders::widened);
    checkWidened();
    assertThat(ledger("gap")).isZero();
  }

  @Test
  void whatASinkRefusesStandsInTheViewsTableOfRejects() throws Exception {
    run(
        "orders.yaml",
        index -> TestingOrders.record(index, index % 7 == 3 ? TestingEdges.REFUSED : "north"));
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
  void whatOtherProducersRegisterIsReadAndTimesFarAwayPartitionTheTable() throws Exception {
    Path folder = with(TestingEdges.limited(TestingOrders.schema()));
    Path file = folder.resolve("orders.yaml");
    Files.writeString(
        file,
        Files.readString(file)
            .replace("{mode: append}", "{mode: append, partitionBy: [until]}")
            .replace("\"amount * 2\"", "\"amount * 2\", until_day: \"date(until)\""));
    run(folder, "orders.yaml", TestingOrders::strange);

    assertThat(rows("quarantine/orders"))
        .filteredOn(row -> row.get("rule").toString().startsWith("range:"))
        .extracting(row -> ((String) row.get("reason")).replaceAll("[^-0-9]*(-?[0-9]+) ms.*", "$1"))
        .containsExactlyInAnyOrder(
            Long.toString(Long.MAX_VALUE),
            Long.toString(Long.MAX_VALUE),
            Long.toString(Long.MIN_VALUE),
            Long.toString(Long.MIN_VALUE));
    List<Map<String, Object>> silver = rows("silver/orders");
    assertThat(silver).hasSize(886);
    assertThat(silver)
        .filteredOn(row -> row.get("until") != null)
        .hasSize(6)
        .allSatisfy(
            row -> {
              long index = (Long) row.get("_offset");
              Instant until = Instant.ofEpochMilli(TestingOrders.until(index));
              assertThat(row.get("until")).isEqualTo(until);
              assertThat(row.get("until_day"))
                  .isEqualTo(LocalDate.ofInstant(until, ZoneOffset.UTC));
              assertThat(row.get("customer")).isEqualTo(Map.of("name", "buyer-" + index));
            });
    assertThat(ledger("gap")).isZero();
  }

  @Test
  void aViewThatIsDefinedAnewChangesItsTableAsItsPolicySays() throws Exception {
    run("orders.yaml");
    run(
        withMean("lenient"),
        "orders.yaml",
        index -> TestingOrders.record(index + TestingOrders.RECORDS));
    int before = rows("gold/by_shop_1m").size();
    assertThat(before).isGreaterThan(17);
    assertThat(rows("gold/by_shop_1m")).noneMatch(row -> row.containsKey("mean"));
    run(
        withMean("evolve"),
        "orders.yaml",
        index -> TestingOrders.record(index + 2 * TestingOrders.RECORDS));
    assertThat(rows("gold/by_shop_1m"))
        .filteredOn(row -> row.get("mean") != null)
        .isNotEmpty()
        .hasSize(rows("gold/by_shop_1m").size() - before);
  }

  private Path withMean(String schemaChanges) throws IOException {
    Path folder = with(TestingOrders.schema());
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
            row ->
                assertThat(row.get("code"))
                    .isEqualTo(TestingOrders.widenedCode((Long) row.get("_offset"))));
    assertThat(rows("quarantine/orders")).hasSize(10);
    assertThat(metadataChanges()).isEqualTo(1);
  }

  /** The definitions with a contract that has the column. */
  private Path withVenue() throws IOException {
    return with(TestingEdges.evolved(TestingOrders.schema()));
  }

  private Path with(Schema contract) throws IOException {
    try (Stream<Path> files = Files.list(TestingOrders.DEFINITIONS)) {
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
                  .isEqualTo(
                      index >= TestingOrders.RECORDS / 2 && index % 3 == 0
                          ? "venue-" + index
                          : null);
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
    assertThat(rows("bronze/orders")).hasSize(TestingOrders.RECORDS);
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
    assertThat(rows("bronze/orders")).hasSize(TestingOrders.RECORDS);
    assertThat(rows("quarantine/orders"))
        .hasSize(10)
        .allMatch(row -> row.get("rule").equals("truncated"));
    assertThat(rows("silver/orders")).hasSize(890);
    assertThat(ledger("consumed")).isEqualTo(TestingOrders.RECORDS);
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
