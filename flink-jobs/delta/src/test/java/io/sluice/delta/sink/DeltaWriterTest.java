package io.sluice.delta.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.delta.commit.DeltaWriteResult;
import io.sluice.delta.commit.Fence;
import io.sluice.delta.commit.PositionRange;
import io.sluice.delta.log.TableState;
import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.TestingLayout;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.writer.BinaryRowWriter;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.types.RowKind;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("storage")
class DeltaWriterTest {

  private static final RowType TYPE =
      RowType.of(
          new LogicalType[] {new BigIntType(), VarCharType.STRING_TYPE, new DateType()},
          new String[] {"id", "text", "day"});

  @TempDir Path directory;

  private static GenericRowData row(long id, String text, LocalDate day) {
    return GenericRowData.of(
        id, StringData.fromString(text), day == null ? null : (int) day.toEpochDay());
  }

  private TestingTable table(String... partitionColumns) {
    return new TestingTable(directory.resolve("t"), TYPE, partitionColumns);
  }

  private long parquetFiles() throws Exception {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).count();
    }
  }

  @Test
  void anEmptyCheckpointWritesNothing() throws Exception {
    try (DeltaWriter writer = table().writer(0)) {
      assertThat(writer.prepareCommit()).isEmpty();
    }
    assertThat(parquetFiles()).isZero();
  }

  @Test
  void callersMayReuseTheirRows() throws Exception {
    TestingTable table = table("text");
    BinaryRowData reused = new BinaryRowData(3);
    BinaryRowWriter fields = new BinaryRowWriter(reused);
    try (DeltaWriter writer = table.writer(0)) {
      for (int i = 0; i < 1000; i++) {
        fields.reset();
        fields.writeLong(0, i);
        fields.writeString(1, StringData.fromString("value " + i % 3));
        fields.writeInt(2, i);
        fields.complete();
        writer.write(reused, null);
      }
      table.commit(table.committable("a", 1, -1, writer.prepareCommit().iterator().next()));
    }
    assertThat(table.rows())
        .hasSize(1000)
        .allSatisfy(
            row -> assertThat(row.get("text")).isEqualTo("value " + (Long) row.get("id") % 3));
  }

  @Test
  void filesAreRolledBySize() throws Exception {
    TestingTable table = new TestingTable(directory.resolve("t"), TYPE, List.of(), 20_000);
    try (DeltaWriter writer = table.writer(0)) {
      for (int i = 0; i < 5000; i++) {
        writer.write(row(i, "some text that is different: " + i * 31, null), null);
      }
      DeltaWriteResult result = writer.prepareCommit().iterator().next();
      assertThat(result.files()).hasSizeGreaterThan(3);
      table.commit(table.committable("a", 1, -1, result));
    }
    assertThat(table.rows()).hasSize(5000);
    assertThat(DeltaTables.detail(TestingStorage.address(table.path)).rows()).isEqualTo(5000);
  }

  @Test
  void partitionsHoldWhatTheirNamesSay() throws Exception {
    TestingTable table = table("day", "text");
    LocalDate day = LocalDate.of(2026, 1, 2);
    String odd = "a b/c=d%25:\u00e9\"{}";

    table.append(row(1, odd, day), row(2, odd, day), row(3, "", null), row(4, "..", day));

    assertThat(table.rows())
        .extracting(row -> row.get("id"), row -> row.get("text"), row -> row.get("day"))
        .containsExactlyInAnyOrder(
            tuple(1L, odd, day), tuple(2L, odd, day), tuple(3L, null, null), tuple(4L, "..", day));
    assertThat(parquetFiles()).isEqualTo(3);
    assertThat(table.path.resolve("day=2026-01-02")).isDirectory();
  }

  @Test
  void partitionValuesMayBeLongerThanNamesOnDisk() throws Exception {
    TestingTable table = table("text");
    String plain = "x".repeat(300);
    String escaped = "\u00e9".repeat(40);

    table.append(
        row(1, plain + "a", null),
        row(2, plain + "b", null),
        row(3, escaped, null),
        row(4, plain + "a", null));
    table.append(row(5, plain + "b", null));

    assertThat(table.rows())
        .extracting(row -> row.get("id"), row -> row.get("text"))
        .containsExactlyInAnyOrder(
            tuple(1L, plain + "a"),
            tuple(2L, plain + "b"),
            tuple(3L, escaped),
            tuple(4L, plain + "a"),
            tuple(5L, plain + "b"));
    assertThat(parquetFiles()).isEqualTo(4);
    assertThat(
            DeltaMaintenance.optimize(TestingStorage.address(table.path), 1 << 20, false)
                .filesRemoved())
        .isEqualTo(2);
    assertThat(table.rows()).hasSize(5);
  }

  @Test
  void rowsOfManyPartitionsInTurnMakeOneFileEach() throws Exception {
    TestingTable table = table("text");
    int partitions = 10 * PartitionedFiles.MAX_OPEN;
    for (int checkpoint = 1; checkpoint <= 2; checkpoint++) {
      try (DeltaWriter writer = table.writer(0)) {
        for (int i = 0; i < 3 * partitions; i++) {
          writer.write(row(i, "p" + i % partitions, LocalDate.ofEpochDay(i)), null);
        }
        DeltaWriteResult result = writer.prepareCommit().iterator().next();
        assertThat(result.files()).hasSize(partitions);
        table.commit(table.committable("a", checkpoint, checkpoint == 1 ? -1 : 1, result));
      }
    }
    assertThat(table.rows())
        .hasSize(6 * partitions)
        .allSatisfy(
            row -> {
              long id = (Long) row.get("id");
              assertThat(row.get("text")).isEqualTo("p" + id % partitions);
              assertThat(row.get("day")).isEqualTo(LocalDate.ofEpochDay(id));
            });
  }

  @Test
  void rowsThatAreHeldTakeBoundedMemory() throws Exception {
    TestingTable table = table("day");
    int partitions = 3 * PartitionedFiles.MAX_OPEN;
    int rounds = 20;
    String text = "x".repeat(16_000);
    try (DeltaWriter writer = table.writer(0)) {
      for (int i = 0; i < rounds * partitions; i++) {
        writer.write(row(i, text + i, LocalDate.ofEpochDay(i % partitions)), null);
      }
      DeltaWriteResult result = writer.prepareCommit().iterator().next();
      // Beyond the bound a file has as many rows as the others have when they fill the memory.
      assertThat(result.files()).hasSizeBetween(partitions + 50, partitions + 400);
      table.commit(table.committable("a", 1, -1, result));
    }
    assertThat(table.rows())
        .hasSize(rounds * partitions)
        .allSatisfy(row -> assertThat(row.get("text")).isEqualTo(text + row.get("id")));
  }

  @Test
  void whatNamesTooManyPartitionsGoesIntoOneOfStraysUntilTheCheckpoint() throws Exception {
    TestingTable table =
        new TestingTable(
            directory.resolve("t"),
            TestingLayout.append(TYPE, List.of("day"), 1 << 20)
                .withStrays(Map.of("day", "1970-01-01")));
    LocalDate first = LocalDate.of(2026, 1, 1);
    try (DeltaWriter writer = table.writer(0)) {
      for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 500; i++) {
          writer.write(row(i, "a", first.plusDays(i)), null);
        }
      }
      DeltaWriteResult result = writer.prepareCommit().iterator().next();
      assertThat(result.files()).hasSize(64);
      table.commit(table.committable("a", 1, -1, result));
      writer.write(row(500, "b", first.plusDays(499)), null);
      table.commit(table.committable("a", 2, 1, writer.prepareCommit().iterator().next()));
    }
    assertThat(parquetFiles()).isEqualTo(65);
    assertThat(table.rows())
        .hasSize(1_501)
        .allSatisfy(
            row -> {
              long id = (Long) row.get("id");
              boolean own = id < 63 || id == 500;
              assertThat(row.get("day"))
                  .isEqualTo(own ? first.plusDays(Math.min(id, 499)) : LocalDate.EPOCH);
            });
    assertThatThrownBy(() -> table.layout.withStrays(Map.of("text", "a")))
        .hasMessageContaining("needs a value for each of [day]");
  }

  @Test
  void aWriterThatGivesUpLeavesNoFiles() throws Exception {
    TestingTable table = new TestingTable(directory.resolve("t"), TYPE, List.of(), 5_000);
    try (DeltaWriter writer = table.writer(0)) {
      for (int i = 0; i < 2000; i++) {
        writer.write(row(i, "some text that is different: " + i * 31, null), null);
      }
      assertThat(parquetFiles()).isPositive();
    }
    assertThat(parquetFiles()).isZero();
  }

  @Test
  void filesOfAPreparedCheckpointStayWhenTheWriterCloses() throws Exception {
    try (DeltaWriter writer = table().writer(0)) {
      writer.write(row(1, "a", null), null);
      writer.prepareCommit();
    }
    assertThat(parquetFiles()).isEqualTo(1);
  }

  @Test
  void changesAreNotAppended() throws Exception {
    try (DeltaWriter writer = table().writer(0)) {
      GenericRowData row = row(1, "a", null);
      row.setRowKind(RowKind.UPDATE_AFTER);
      assertThatThrownBy(() -> writer.write(row, null))
          .hasMessageContainingAll("UPDATE_AFTER", "inserts only");
    }
  }

  /** Of a table that holds the rows of group {@code t/1970-01-01} up to 10. */
  private static FenceGuard guard() {
    TableState opened = new TableState(7, Map.of("position:t/1970-01-01", 10L));
    return new FenceGuard("/lake/t", new Fence(List.of("text", "day"), "id"), TYPE, opened);
  }

  @Test
  void theFenceKeepsOutWhatTheTableHoldsAndReportsWhatItLetsIn() throws Exception {
    LocalDate epoch = LocalDate.ofEpochDay(0);
    try (DeltaWriter writer = table().writer(0, Optional.of(guard()))) {
      writer.write(row(9, "t", epoch), null);
      writer.write(row(10, "t", epoch), null);
      assertThat(writer.prepareCommit()).isEmpty();
      writer.write(row(11, "t", epoch), null);
      writer.write(row(12, "t", epoch), null);
      writer.write(row(1, "u", null), null);
      Collection<DeltaWriteResult> results = writer.prepareCommit();
      assertThat(results.iterator().next().positions())
          .containsOnly(
              Map.entry("t/1970-01-01", new PositionRange(11, 12)),
              Map.entry("u/", new PositionRange(1, 1)));
    }
  }

  private static boolean admits(Fence.Origin origin, Map<String, Long> positions, int offset) {
    Fence fence = new Fence(List.of("text"), "id", origin);
    return new FenceGuard("/lake/t", fence, TYPE, new TableState(7, positions))
        .admit(row(offset, "t/0", null));
  }

  @Test
  void theFenceTellsApartWhatBoreTheSameNameBefore() {
    Map<String, Long> older = Map.of("position:t/0", 10L);
    assertThat(admits(new Fence.Origin("b", true), older, 10)).isFalse();
    assertThat(admits(new Fence.Origin("b", true), older, 11)).isTrue();
    assertThat(admits(new Fence.Origin("b", false), older, 10)).isTrue();

    Map<String, Long> held = Map.of("position:t/0", 5L, "position:t/0@a", 10L);
    assertThat(admits(new Fence.Origin("a", true), held, 10)).isFalse();
    assertThat(admits(new Fence.Origin("b", false), held, 0)).isTrue();
    assertThat(admits(Fence.Origin.NONE, held, 6)).isTrue();
  }

  @Test
  void theFenceReportsPositionsUnderTheIdOfTheirOrigin() {
    FenceGuard guard =
        new FenceGuard(
            "/lake/t",
            new Fence(List.of(), "id", new Fence.Origin("b", false)),
            TYPE,
            new TableState(7, Map.of()));
    guard.admit(row(3, "t/0", null));
    assertThat(guard.drain()).containsOnly(Map.entry("@b", new PositionRange(3, 3)));
    assertThat(Fence.Origin.idOf("@b")).isEqualTo("b");
    assertThat(Fence.Origin.idOf("t/0@b")).isEqualTo("b");
    assertThat(Fence.Origin.idOf("t/0")).isEmpty();
    assertThat(Fence.Origin.idOf("a@b/0")).isEmpty();
  }

  @Test
  void aRowWithoutAPositionFailsByTheNamesOfItsTableAndGroup() {
    GenericRowData row = GenericRowData.of(null, StringData.fromString("t"), 0);
    assertThatThrownBy(() -> guard().admit(row))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Fence of table /lake/t (opened at version 7), group 't/1970-01-01' of [text, day]: A row"
                + " has no value in the order column 'id', so nobody can tell what came before it."
                + " Give it one, or turn such rows away in front of the sink");
  }

  @Test
  void theUpperBoundOfATimestampIsNotBelowIt() throws Exception {
    RowType type =
        RowType.of(
            new LogicalType[] {new LocalZonedTimestampType(6), new TimestampType(6)},
            new String[] {"at", "local"});
    TestingTable table = new TestingTable(directory.resolve("t"), type);
    TimestampData early =
        TimestampData.fromLocalDateTime(LocalDateTime.of(1969, 1, 1, 0, 0, 0, 1_000));
    TimestampData late =
        TimestampData.fromLocalDateTime(LocalDateTime.of(2026, 1, 2, 3, 4, 5, 123_456_000));
    try (DeltaWriter writer = table.writer(0)) {
      writer.write(GenericRowData.of(late, late), null);
      writer.write(GenericRowData.of(early, early), null);
      assertThat(writer.prepareCommit().iterator().next().files().get(0).stats())
          .contains(
              "\"minValues\":{\"at\":\"1969-01-01T00:00:00.000Z\",\"local\":\"1969-01-01T00:00:00\"}")
          .contains(
              "\"maxValues\":{\"at\":\"2026-01-02T03:04:05.124Z\",\"local\":\"2026-01-02T03:04:05.124\"}");
    }
  }

  @Test
  void statisticsBoundTheValues() throws Exception {
    TestingTable table = table("day");
    String longText = "x".repeat(40);
    try (DeltaWriter writer = table.writer(0)) {
      writer.write(row(-5, "b", null), null);
      writer.write(row(7, longText, null), null);
      writer.write(GenericRowData.of(1L, null, null), null);
      String stats = writer.prepareCommit().iterator().next().files().get(0).stats();
      assertThat(stats)
          .isEqualTo(
              "{\"numRecords\":3,\"minValues\":{\"id\":-5,\"text\":\"b\"},\"maxValues\":{\"id\":7,\"text\":\""
                  + "x".repeat(32)
                  + "\u007f\"},\"nullCount\":{\"id\":0,\"text\":1}}");
    }
  }
}
