package io.sluice.delta.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.delta.log.ReaderFeatures;
import io.sluice.delta.log.Statistics;
import io.sluice.delta.log.VersionActions;
import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.table.TableColumn;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import io.sluice.delta.testing.TestingUpsert;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said about tables that cannot be read names table, file and cause. */
@Tag("storage")
class BrokenTableTest {

  private static final String PROTOCOL =
      "{\"protocol\":{\"minReaderVersion\":1,\"minWriterVersion\":2}}";
  private static final String METADATA =
      "{\"metaData\":{\"id\":\"m\",\"format\":{\"provider\":\"parquet\",\"options\":{}},\"schemaString\":\"%s\",\"partitionColumns\":[],\"configuration\":{},\"createdTime\":1}}";
  private static final String ID =
      METADATA.formatted(
          schema("{\"name\":\"id\",\"type\":\"string\",\"nullable\":true,\"metadata\":{}}"));
  private static final String ADD =
      "{\"add\":{\"path\":\"a.parquet\",\"partitionValues\":{},\"size\":1,\"modificationTime\":1,\"dataChange\":true,\"stats\":\"%s\"}}";

  @TempDir Path lake;

  private Path table;

  @BeforeEach
  void folder() throws IOException {
    table = lake.resolve("silver/broken");
    Files.createDirectories(table.resolve("_delta_log"));
  }

  private static String schema(String fields) {
    return ("{\"type\":\"struct\",\"fields\":[" + fields + "]}").replace("\"", "\\\"");
  }

  private Path entry(long version, String... lines) throws IOException {
    return Files.write(TestingLog.entry(table, version), List.of(lines));
  }

  private String path() {
    return TestingStorage.address(table);
  }

  private List<ThrowingCallable> looks() {
    return List.of(
        () -> DeltaTables.exists(path()),
        () -> DeltaTables.detail(path()),
        () -> DeltaTables.history(path(), 10),
        () -> DeltaTables.rows(path(), OptionalLong.empty(), List.of(), -1).close(),
        () -> DeltaMaintenance.checkpoint(path(), true),
        () ->
            new TestingTable(
                    table,
                    RowType.of(new LogicalType[] {VarCharType.STRING_TYPE}, new String[] {"id"}))
                .open());
  }

  @Test
  void aLogThatBeginsTooLate() throws Exception {
    Path first = entry(3, PROTOCOL, ID);

    for (ThrowingCallable look : looks()) {
      assertThatThrownBy(look)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(path() + " cannot be read")
          .hasMessageContaining(TestingStorage.address(TestingLog.entry(table, 0)) + " is missing")
          .hasMessageContaining(first.getFileName().toString());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'',is empty",
    "'[]',is no JSON object",
    "'7',is no JSON object",
    "'{\"add\":',is no JSON:",
    "not json,is no JSON:"
  })
  void aLineThatIsNoAction(String line, String problem) throws Exception {
    Path entry = entry(0, PROTOCOL, line, ID);

    for (ThrowingCallable look : looks()) {
      assertThatThrownBy(look)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(path() + " cannot be read")
          .hasMessageContaining("line 2 of " + TestingStorage.address(entry) + " " + problem);
    }
    assertThatThrownBy(() -> VersionActions.read(TestingStorage.of(table), 0))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Version 0 of table " + path())
        .hasMessageContaining("line 2 of " + TestingStorage.address(entry) + " " + problem);
  }

  @Test
  void statisticsThatAreNoJson() throws Exception {
    Path entry = entry(0, PROTOCOL, ID, ADD.formatted("not json"));

    assertThat(DeltaTables.latestVersion(path())).isZero();
    for (ThrowingCallable look :
        List.<ThrowingCallable>of(
            () -> DeltaTables.detail(path()),
            () -> DeltaTables.rows(path(), OptionalLong.empty(), List.of(), -1).close())) {
      assertThatThrownBy(look)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(path())
          .hasMessageContaining("a.parquet")
          .hasMessageContaining("statistics are no JSON");
    }
    assertThatThrownBy(() -> DeltaTables.history(path(), 10))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(path())
        .hasMessageContaining(TestingStorage.address(entry))
        .hasMessageContaining("a.parquet")
        .hasMessageContaining("statistics are no JSON");
  }

  @ParameterizedTest
  @CsvSource({"''", "' '"})
  void noSchema(String text) throws Exception {
    Path entry = entry(0, PROTOCOL, METADATA.formatted(text));

    for (ThrowingCallable look : looks()) {
      assertThatThrownBy(look)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(path() + " cannot be read")
          .hasMessageContaining("it has no schema")
          .hasMessageContaining(TestingStorage.address(entry));
    }
  }

  @Test
  void noMetadataAndNoProtocol() throws Exception {
    entry(0, "{\"commitInfo\":{}}");

    for (ThrowingCallable look : looks()) {
      assertThatThrownBy(look)
          .isInstanceOf(IOException.class)
          .hasMessageContaining(path() + " cannot be read")
          .hasMessageContaining("has a protocol or metadata");
    }
  }

  @Test
  void aTableWithoutColumnsIsEmpty() throws Exception {
    entry(0, PROTOCOL, METADATA.formatted(schema("")));

    assertThat(DeltaTables.schema(path(), OptionalLong.empty())).isEmpty();
    assertThat(DeltaTables.detail(path()).files()).isZero();
    try (Stream<?> rows = DeltaTables.rows(path(), OptionalLong.empty(), List.of(), -1)) {
      assertThat(rows).isEmpty();
    }
  }

  @Test
  void bytesThatAreNoUtf8InStatisticsDoNoHarm() throws Exception {
    Path entry =
        entry(
            0,
            PROTOCOL,
            ID,
            ADD.formatted("{\\\"numRecords\\\":7,\\\"minValues\\\":{\\\"id\\\":\\\"?\\\"}}"));
    byte[] content = Files.readAllBytes(entry);
    for (int i = 0; i < content.length; i++) {
      content[i] = content[i] == '?' ? (byte) 0xff : content[i];
    }
    Files.write(entry, content);

    assertThat(DeltaTables.detail(path()).rows()).isEqualTo(7);
    assertThat(DeltaTables.history(path(), 1).get(0).rowsAdded()).isEqualTo(7);
    assertThat(VersionActions.read(TestingStorage.of(table), 0).added()).hasSize(1);
  }

  /** A replacement character as a bound would hide rows. */
  @Test
  void valuesThatAreNoUtf8HaveNoBounds() throws Exception {
    TestingTable good =
        new TestingTable(
            lake.resolve("silver/good"),
            RowType.of(
                new LogicalType[] {VarCharType.STRING_TYPE, new BigIntType()},
                new String[] {"text", "n"}));
    good.append(
        GenericRowData.of(BinaryStringData.fromBytes(new byte[] {(byte) 0x80}), 1L),
        GenericRowData.of(BinaryStringData.fromString("a"), 2L));

    String stats =
        new TestingLog(good.path).live().values().iterator().next().get("stats").asText();

    assertThat(Statistics.bound(stats, "minValues", "text").asText("none")).isEqualTo("a");
    assertThat(Statistics.bound(stats, "maxValues", "text").isMissingNode()).isTrue();
    assertThat(Statistics.bound(stats, "maxValues", "n").asLong()).isEqualTo(2);
    assertThat(
            new String(Files.readAllBytes(TestingLog.entry(good.path, 1)), StandardCharsets.UTF_8))
        .doesNotContain("\uFFFD");
  }

  @Test
  void aMissingDeletionVectorIsNamedAsSuch() throws Exception {
    Path path = lake.resolve("silver/upserted");
    try (TestingUpsert upsert = TestingUpsert.start(path)) {
      upsert.put("a", 1, 1);
      upsert.put("b", 1, 1);
      upsert.commit();
      upsert.put("a", 2, 2);
      upsert.commit();
      Path vector;
      try (Stream<Path> files = Files.list(path)) {
        vector = files.filter(file -> file.toString().endsWith(".bin")).findFirst().orElseThrow();
      }
      Files.delete(vector);

      assertThatThrownBy(upsert::content)
          .hasCauseInstanceOf(FileNotFoundException.class)
          .hasMessageContaining("The deletion vector file " + vector.getFileName())
          .hasMessageContaining(TestingStorage.address(path))
          .hasMessageNotContaining("vacuum");
    }
  }

  @Test
  void nestedTypesAreWrittenAsPeopleDo() throws Exception {
    String map =
        "{\"type\":\"map\",\"keyType\":\"string\",\"valueType\":\"decimal(10,2)\",\"valueContainsNull\":true}";
    String array = "{\"type\":\"array\",\"elementType\":\"long\",\"containsNull\":true}";
    String struct =
        "{\"type\":\"struct\",\"fields\":[{\"name\":\"x\",\"type\":\"integer\",\"nullable\":true,\"metadata\":{}},{\"name\":\"y\",\"type\":"
            + array
            + ",\"nullable\":true,\"metadata\":{}}]}";
    String field = "{\"name\":\"%s\",\"type\":%s,\"nullable\":true,\"metadata\":{}}";
    entry(
        0,
        PROTOCOL,
        METADATA.formatted(schema(field.formatted("m", map) + "," + field.formatted("s", struct))));

    assertThat(DeltaTables.schema(path(), OptionalLong.empty()))
        .extracting(TableColumn::type)
        .containsExactly("map<string, decimal(10,2)>", "struct<x: integer, y: array<long>>");
  }

  @Test
  void thePreviewOfTypeWideningIsReadAlike() throws Exception {
    entry(
        0,
        "{\"protocol\":{\"minReaderVersion\":3,\"minWriterVersion\":7,\"readerFeatures\":[\"typeWidening-preview\"],\"writerFeatures\":[\"typeWidening-preview\"]}}",
        ID);

    try (Stream<?> rows = DeltaTables.rows(path(), OptionalLong.empty(), List.of(), -1)) {
      assertThat(rows).isEmpty();
    }
    ReaderFeatures.check(TestingStorage.of(table), 0, 3, List.of("typeWidening-preview"));
    assertThat(DeltaMaintenance.optimize(path(), 1 << 20, true).version()).isEmpty();
  }
}
