package io.sluice.delta.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.delta.log.TableVersion;
import io.sluice.delta.schema.SchemaChanges;
import io.sluice.delta.schema.SchemaPolicy;
import io.sluice.delta.schema.TableLayout;
import io.sluice.delta.storage.TableStorage;
import io.sluice.delta.testing.TestingLayout;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("storage")
class DeltaTablesTest {

  private static final RowType TYPE =
      RowType.of(
          new LogicalType[] {new BigIntType(), VarCharType.STRING_TYPE},
          new String[] {"id", "text"});

  @TempDir Path lake;

  private TestingTable table;
  private String path;

  @BeforeEach
  void create() {
    table = new TestingTable(lake.resolve("silver/trades"), TYPE, "text");
    path = TestingStorage.address(table.path);
  }

  private static GenericRowData row(long id, String text) {
    return GenericRowData.of(id, StringData.fromString(text));
  }

  @Test
  void tablesAreFoundByLayer() throws Exception {
    Path root = lake.resolve("lake");
    new TestingTable(root.resolve("bronze/trades"), TYPE).open();
    new TestingTable(root.resolve("silver/trades"), TYPE).open();
    Files.createDirectories(root.resolve("gold/nothing"));

    assertThat(DeltaTables.list(TestingStorage.address(root)))
        .extracting(found -> found.layer() + "/" + found.name())
        .containsExactly("bronze/trades", "silver/trades");
    assertThat(DeltaTables.list(TestingStorage.address(root.resolve("absent")))).isEmpty();
  }

  @Test
  void anAbsentTableIsTold() throws IOException {
    assertThat(DeltaTables.exists(path)).isFalse();
    assertThatThrownBy(() -> DeltaTables.latestVersion(path))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessageContaining(path);
  }

  @Test
  void columnsVersionsAndLimitsAreHonoured() throws Exception {
    table.append(row(1, "a"));
    table.append(row(2, "b"), row(3, "b"));

    try (Stream<Map<String, Object>> rows =
        DeltaTables.rows(path, OptionalLong.of(1), List.of("text", "id"), -1)) {
      assertThat(rows).containsExactly(Map.of("text", "a", "id", 1L));
    }
    try (Stream<Map<String, Object>> rows =
        DeltaTables.rows(path, OptionalLong.empty(), List.of("id"), 2)) {
      assertThat(rows).hasSize(2).allSatisfy(row -> assertThat(row).containsOnlyKeys("id"));
    }
    List<Long> ids = new ArrayList<>();
    assertThat(
            DeltaTables.scan(
                path, OptionalLong.empty(), List.of("text", "id"), row -> ids.add(row.getLong(1))))
        .isEqualTo(3);
    assertThat(ids).containsExactlyInAnyOrder(1L, 2L, 3L);
    assertThatThrownBy(() -> DeltaTables.rows(path, OptionalLong.empty(), List.of("nope"), 1))
        .hasMessageContainingAll("nope", "id", "text");
  }

  @Test
  void historyAndDetailTellWhatHappened() throws Exception {
    table.append(row(1, "a"));
    table.append(row(2, "b"), row(3, "c"));

    List<TableVersion> history = DeltaTables.history(path, 2);
    TableDetail detail = DeltaTables.detail(path);

    assertThat(history).extracting(TableVersion::version).containsExactly(2L, 1L);
    assertThat(history.get(0).rowsAdded()).isEqualTo(2);
    assertThat(history.get(0).filesAdded()).isEqualTo(2);
    assertThat(history.get(0).engine()).isEqualTo("Sluice");
    assertThat(history.get(0).parameters()).containsEntry("sinkId", TestingTable.SINK);
    assertThat(detail.version()).isEqualTo(2);
    assertThat(detail.files()).isEqualTo(3);
    assertThat(detail.rows()).isEqualTo(3);
    assertThat(detail.partitionColumns()).containsExactly("text");
    assertThat(detail.properties()).containsEntry("delta.checkpointInterval", "10");
    assertThat(DeltaTables.schema(path, OptionalLong.empty()))
        .containsExactly(
            new TableColumn("id", "long", true, false),
            new TableColumn("text", "string", true, true));
  }

  @Test
  void logCheckpointsAreWrittenAndRead() throws Exception {
    for (int i = 0; i < 12; i++) {
      table.append(row(i, "a"));
    }

    assertThat(table.path.resolve("_delta_log/00000000000000000010.checkpoint.parquet")).exists();
    assertThat(table.path.resolve("_delta_log/_last_checkpoint")).exists();
    for (int version = 0; version < 10; version++) {
      Files.delete(TestingLog.entry(table.path, version));
    }
    assertThat(table.values("id")).hasSize(12);
  }

  @Test
  void filesOutsideOfTheTableAreNotRead() throws Exception {
    table.append(row(1, "a"));
    for (String forged : List.of("/etc/passwd", "../../other.parquet", "file:/etc/passwd")) {
      Files.writeString(
          TestingLog.entry(table.path, 2),
          "{\"add\":{\"path\":\""
              + forged
              + "\",\"partitionValues\":{\"text\":\"a\"},\"size\":1,\"modificationTime\":1,\"dataChange\":true}}\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING);

      assertThatThrownBy(() -> table.rows())
          .rootCause()
          .hasMessageContainingAll(path, forged, "outside");
    }
  }

  @Test
  void anotherSchemaIsRefusedNamingEveryDifference() throws Exception {
    table.open();
    RowType other =
        RowType.of(
            new LogicalType[] {VarCharType.STRING_TYPE, new BigIntType()},
            new String[] {"id", "more"});

    TableLayout layout =
        TestingLayout.append(other, List.of(), 1 << 20, SchemaChanges.of(SchemaPolicy.FAIL));

    assertThatThrownBy(() -> new TestingTable(table.path, layout).open())
        .hasMessageContainingAll(
            path, "'id'", "long", "string", "'more'", "FAIL", "partition columns");
  }

  @Test
  void pathsMustBeAbsolute() {
    assertThatThrownBy(() -> TableStorage.of("lake/x")).hasMessageContaining("absolute");
    assertThatThrownBy(() -> TableStorage.of("hdfs://lake/x")).hasMessageContaining("s3:");
    assertThatThrownBy(() -> TableStorage.of("/lake/../etc")).hasMessageContaining("'..'");
    assertThat(TableStorage.of("file:///lake/x").table()).isEqualTo("/lake/x");
  }
}
