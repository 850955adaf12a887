package io.sluice.delta.upsert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.sluice.delta.live.LiveFiles;
import io.sluice.delta.log.TableHead;
import io.sluice.delta.schema.TableLayout;
import io.sluice.delta.schema.UpsertKey;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.table.TableDetail;
import io.sluice.delta.testing.AllTypes;
import io.sluice.delta.testing.TestingLayout;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import io.sluice.delta.testing.TestingUpsert;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.TinyIntType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("storage")
class DeltaUpsertTest {

  @TempDir Path directory;

  private Path path() {
    return directory.resolve("t");
  }

  @Test
  void theNewestRowOfEachKeyIsLeft() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      upsert.put("a", 1, 10);
      upsert.put("b", 1, 20);
      upsert.put("a", 2, 11);
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 11L, "b/d", 20L));

      upsert.put("b", 2, 21);
      upsert.put("c", 1, 30);
      upsert.checkpoint();
      upsert.put("a", 3, 12);
      upsert.put("b", 3, 22);
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 12L, "b/d", 22L, "c/d", 30L));
    }
  }

  @Test
  void anOlderRowChangesNothing() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      upsert.put("a", 5, 50);
      upsert.put("a", 4, 40);
      upsert.checkpoint();
      upsert.put("a", 3, 30);
      upsert.put("b", 1, 1);
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 50L, "b/d", 1L));
    }
  }

  @Test
  void aDeletedKeyIsGoneAndAnOlderRowDoesNotBringItBack() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      upsert.put("a", 1, 10);
      upsert.put("b", 1, 20);
      upsert.put("never", 1, 0);
      upsert.delete("never", 2);
      upsert.checkpoint();
      upsert.delete("a", 5);
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("b/d", 20L));

      upsert.put("a", 4, 40);
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("b/d", 20L));

      upsert.put("a", 6, 60);
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 60L, "b/d", 20L));
    }
  }

  @Test
  void aFileWithoutLiveRowsLeavesTheTable() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      upsert.put("a", 1, 10);
      upsert.put("b", 1, 20);
      upsert.checkpoint();
      upsert.put("a", 2, 11);
      upsert.put("b", 2, 21);
      upsert.checkpoint();
      TableDetail detail = DeltaTables.detail(TestingStorage.address(path()));
      assertThat(detail.files()).isEqualTo(1);
      assertThat(detail.rows()).isEqualTo(2);
    }
  }

  @Test
  void rowsMayMoveToAnotherPartition() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path(), "amount")) {
      upsert.put("a", 1, 10);
      upsert.put("b", 1, 10);
      upsert.checkpoint();
      upsert.put("a", 2, 11);
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 11L, "b/d", 10L));
    }
  }

  @Test
  void aCheckpointThatOnlyDropsOlderRowsMakesNoVersion() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      upsert.put("a", 5, 50);
      upsert.checkpoint();
      long version = DeltaTables.latestVersion(TestingStorage.address(path()));
      upsert.put("a", 4, 40);
      upsert.checkpoint();
      assertThat(DeltaTables.latestVersion(TestingStorage.address(path()))).isEqualTo(version);
    }
  }

  @Test
  void rowsThatOthersWroteAreReplacedToo() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path(), "day")) {
      upsert.put("mine", 1, 1);
      upsert.checkpoint();
      upsert.table.append(
          TestingUpsert.row("a", "d", 5, 50),
          TestingUpsert.row("b", "d", 5, 51),
          TestingUpsert.row("c", "e", 5, 52),
          TestingUpsert.row("d", "e", 5, 53));

      upsert.put("a", 6, 60);
      upsert.put("b", 4, 40);
      upsert.put("c", "d", 9, 90);
      upsert.delete("c", "e", 6);
      upsert.delete("d", "e", 4);
      upsert.checkpoint();
      assertThat(upsert.content())
          .isEqualTo(Map.of("mine/d", 1L, "a/d", 60L, "b/d", 51L, "c/d", 90L, "d/e", 53L));

      // The index thinks that its own row of "b" is the newest; the table knows better.
      upsert.put("b", "d", 4, 41);
      upsert.checkpoint();
      upsert.put("b", "d", 7, 70);
      upsert.checkpoint();
      assertThat(upsert.content()).containsEntry("b/d", 70L);
    }
  }

  @Test
  void rowsThatOthersTookAwayAreNoObstacle() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      upsert.put("a", 1, 10);
      upsert.put("b", 1, 20);
      upsert.checkpoint();
      try (TestingUpsert other = TestingUpsert.start(path())) {
        other.delete("a", 2);
        other.put("b", 2, 21);
        other.checkpoint();
      }
      upsert.put("a", 3, 12);
      upsert.put("b", 3, 22);
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 12L, "b/d", 22L));
    }
  }

  @Test
  void aCommitThatLosesTheRaceLooksAtTheTableAnew() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      upsert.put("a", 1, 10);
      upsert.put("b", 1, 20);
      upsert.checkpoint();
      upsert.put("a", 2, 11);
      upsert.put("c", 1, 30);
      upsert.checkpoint(
          () -> {
            try (TestingUpsert other = TestingUpsert.start(path())) {
              other.put("a", 3, 99);
              other.put("c", 0, 98);
              other.checkpoint();
            }
          });
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 99L, "b/d", 20L, "c/d", 30L));
      assertThat(unnamedVectors()).isZero();
    }
  }

  /** Deletion vector files that no version ever named. */
  private long unnamedVectors() throws Exception {
    StringBuilder log = new StringBuilder();
    try (Stream<Path> entries = Files.list(path().resolve("_delta_log"))) {
      for (Path entry : entries.filter(file -> file.toString().endsWith(".json")).toList()) {
        log.append(Files.readString(entry));
      }
    }
    try (Stream<Path> files = Files.list(path())) {
      long written = files.filter(file -> file.toString().endsWith(".bin")).count();
      long named =
          log.toString()
              .lines()
              .filter(line -> line.startsWith("{\"add\"") && line.contains("deletionVector"))
              .map(line -> line.replaceAll(".*\"pathOrInlineDv\":\"([^,]*)\",.*", "$1"))
              .distinct()
              .count();
      return written - named;
    }
  }

  @Test
  void afterARewindTheTableIsLookedThrough() throws Exception {
    TestingUpsert.Saved saved;
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      upsert.put("a", 1, 10);
      upsert.put("b", 1, 20);
      saved = upsert.checkpoint();
      upsert.put("a", 5, 50);
      upsert.put("c", 5, 51);
      upsert.checkpoint();
    }
    try (TestingUpsert upsert = TestingUpsert.restore(path(), saved)) {
      // Neither the row of the lost past nor the older one may be there beside the newer.
      upsert.put("a", 3, 30);
      upsert.put("b", 2, 21);
      upsert.put("c", 6, 60);
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 50L, "b/d", 21L, "c/d", 60L));
    }
  }

  @Test
  void aStartWithoutStateFindsWhatTheTableHolds() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path(), "day")) {
      upsert.put("a", 5, 50);
      upsert.put("b", 5, 51);
      upsert.checkpoint();
    }
    try (TestingUpsert upsert = TestingUpsert.start(path(), "day")) {
      upsert.put("a", 4, 40);
      upsert.put("b", 6, 60);
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 50L, "b/d", 60L));
    }
  }

  @Test
  void aStartWithoutStateReadsTheTableOnceAndNeverAgain() throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      upsert.put("a", 5, 50);
      upsert.put("b", 5, 51);
      upsert.checkpoint();
    }
    Path data = dataFiles().get(0);
    Path away = directory.resolve("away.parquet");
    TestingUpsert.Saved saved;
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      Files.move(data, away);
      upsert.put("a", 6, 60);
      upsert.put("c", 1, 10);
      saved = upsert.checkpoint();
    }
    try (TestingUpsert upsert = TestingUpsert.restore(path(), saved)) {
      upsert.put("a", 7, 70);
      upsert.put("b", 4, 40);
      upsert.checkpoint();
      Files.move(away, data);
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 70L, "b/d", 51L, "c/d", 10L));
    }
  }

  private List<Path> dataFiles() throws Exception {
    try (Stream<Path> files = Files.list(path())) {
      return files.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
  }

  @Test
  void aStartWithoutStateLeavesOneRowOfEachKey() throws Exception {
    TestingUpsert.start(path()).close();
    TestingTable table = new TestingTable(path(), TestingUpsert.TYPE);
    table.append(TestingUpsert.row("a", "d", 1, 10), TestingUpsert.row("b", "d", 2, 20));
    table.append(TestingUpsert.row("a", "d", 3, 30), TestingUpsert.row("b", "d", 1, 19));
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      upsert.checkpoint();
      assertThat(upsert.content()).isEqualTo(Map.of("a/d", 30L, "b/d", 20L));
    }
  }

  @Test
  void everyTypeOfKeyIsFoundAgain() throws Exception {
    RowType type =
        RowType.of(
            new LogicalType[] {
              new BooleanType(),
              new TinyIntType(),
              new SmallIntType(),
              new IntType(),
              new BigIntType(),
              new DecimalType(9, 2),
              new DecimalType(38, 4),
              VarCharType.STRING_TYPE,
              new VarBinaryType(VarBinaryType.MAX_LENGTH),
              new DateType(),
              new TimestampType(3),
              new LocalZonedTimestampType(6),
              new BigIntType()
            },
            new String[] {
              "bool", "tiny", "small", "int", "big", "dec", "wide", "text", "bin", "day", "local",
              "at", "version"
            });
    UpsertKey key = new UpsertKey(type.getFieldNames().subList(0, 12), "version");
    GenericRowData row =
        GenericRowData.of(
            true,
            (byte) -1,
            (short) -2,
            -3,
            -4L,
            DecimalData.fromBigDecimal(new BigDecimal("1.50"), 9, 2),
            DecimalData.fromBigDecimal(new BigDecimal("-12345678901234567890.1000"), 38, 4),
            StringData.fromString("\u00e9"),
            new byte[] {0, -1},
            -5,
            TimestampData.fromEpochMillis(-7),
            TimestampData.fromEpochMillis(-8, 9000),
            1L);
    for (List<String> partitions :
        List.of(List.<String>of(), List.of("bool", "int", "dec", "text", "day", "at"))) {
      TableLayout layout = TestingLayout.upsert(type, partitions, 1L << 20, key);
      TestingTable table =
          new TestingTable(
              directory.resolve("types" + partitions.size()), type, partitions, 1L << 20);
      TableHead head =
          new TableHead(TestingStorage.of(table.path), layout, () -> {}).createIfAbsent();
      UpsertTable reader = new UpsertTable(head, LiveFiles.of(head));
      table.append(row);
      reader.refresh();
      List<List<Object>> keys = new ArrayList<>();
      reader.keys((found, order, file, position) -> keys.add(found));
      PlainKeys lookup = new PlainKeys(layout);
      assertThat(keys).containsExactly(lookup.of(row));
      assertThat(lookup.toRow(keys.get(0)))
          .isEqualTo(new KeyColumns(type, key.columns()).getKey(row));
    }
  }

  @Test
  void aTableWithoutDeletionVectorsIsRefused() throws Exception {
    new TestingTable(path(), TestingUpsert.TYPE).open();
    assertThatThrownBy(() -> TestingUpsert.start(path()))
        .hasMessageContainingAll(TestingStorage.address(path()), "delta.enableDeletionVectors");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"delta.enableChangeDataFeed", "delta.enableRowTracking", "delta.appendOnly"})
  void aTableWithAPropertyThatAnUpsertCannotKeepUpIsRefusedByItsName(String property)
      throws Exception {
    try (TestingUpsert upsert = TestingUpsert.start(path())) {
      upsert.put("a", 1, 10);
      upsert.commit();
      new TestingLog(path()).set(property, "true");
      assertThatThrownBy(() -> TestingUpsert.start(path()))
          .hasMessageContainingAll(
              TestingStorage.address(path()),
              "(version 2)",
              "unsupported property of an upsert",
              property);

      upsert.put("a", 2, 20);
      assertThatThrownBy(upsert::commit).as("in a running job").hasMessageContaining(property);
      assertThat(upsert.content()).containsExactly(entry("a/d", 10L));
    }
  }

  @Test
  void aKeyThatCannotBeOneIsRefused() {
    assertThatThrownBy(() -> DeltaUpsert.into("s", "/t", AllTypes.TYPE).orderBy("id").build())
        .hasMessageContaining("at least one key column");
    assertThatThrownBy(
            () ->
                DeltaUpsert.into("s", "/t", TestingUpsert.TYPE)
                    .key(List.of("id", "nope"))
                    .orderBy("version")
                    .build())
        .hasMessageContainingAll("nope", "id");
    assertThatThrownBy(
            () ->
                DeltaUpsert.into("s", "/t", TestingUpsert.TYPE)
                    .key(List.of("id"))
                    .orderBy("day")
                    .build())
        .hasMessageContainingAll("Order column", "day");
  }
}
