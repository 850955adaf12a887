package io.sluice.delta.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.actions.SingleAction;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.storage.CheckpointFile;
import io.sluice.delta.storage.LogNames;
import io.sluice.delta.storage.TableEngine;
import io.sluice.delta.storage.TableFileIO;
import io.sluice.delta.storage.TableStorage;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of log checkpoints that break off, and of tables that have one. */
@Tag("storage")
class TornCheckpointTest {

  private static final RowType TYPE =
      RowType.of(new LogicalType[] {new BigIntType()}, new String[] {"id"});
  private static final Duration LONG_AGO = Duration.ofDays(40);

  @TempDir Path lake;

  private TestingTable table;
  private Path log;

  /** Version n holds the rows 1 to n; 10 has a log checkpoint. */
  @BeforeEach
  void twelveVersions() throws Exception {
    table = new TestingTable(lake.resolve("silver/trades"), TYPE);
    log = table.path.resolve("_delta_log");
    append(1, 12);
  }

  private void append(long from, long to) throws Exception {
    for (long id = from; id <= to; id++) {
      table.append(GenericRowData.of(id));
    }
  }

  private TableStorage storage() {
    return TestingStorage.of(table.path);
  }

  private Optional<String> tear(Path checkpoint) throws IOException {
    return CheckpointFile.tear(storage(), table.path.relativize(checkpoint).toString());
  }

  private Path checkpoint(long version) {
    return log.resolve("%020d.checkpoint.parquet".formatted(version));
  }

  private static void truncate(Path file, long size) throws IOException {
    byte[] content = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(content, (int) Math.min(size, content.length - 1)));
  }

  private void assertHolds(long rows) throws IOException {
    assertThat(table.values("id"))
        .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, rows).boxed().toList());
  }

  private void clean(long before) throws IOException {
    new TestingLog(table.path).cleanUp(before);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 4, 12, 1_000_000})
  void aTruncatedOneIsPassedOver(long size) throws Exception {
    truncate(checkpoint(10), size);

    assertHolds(12);
    append(13, 21);

    assertHolds(21);
    assertThat(CheckpointFile.read(storage(), LogNames.checkpoint(20)).files()).isEqualTo(20);
  }

  @Test
  void oneThatIsNoParquetFileIsPassedOverForTheOneBefore() throws Exception {
    append(13, 22);
    Files.writeString(checkpoint(20), "PAR1 no footer at all PAR1");
    clean(10);

    assertHolds(22);
    append(23, 31);

    assertHolds(31);
  }

  @Test
  void oneThatHoldsTheNewestVersionsOnlyIsPassedOver() throws Exception {
    replace(10, 9, 10);

    assertHolds(12);
    assertThat(tear(checkpoint(10)))
        .hasValueSatisfying(reason -> assertThat(reason).contains("protocol or metadata"));
  }

  @Test
  void oneOfSeveralPartsIsWholeWhenOnePartHasProtocolAndMetadata() throws Exception {
    Path whole = checkpoint(10);
    Path first = log.resolve("%020d.checkpoint.%010d.%010d.parquet".formatted(10, 1, 2));
    Path second = log.resolve("%020d.checkpoint.%010d.%010d.parquet".formatted(10, 2, 2));
    write(first, 0, 5);
    write(second, 6, 10);
    Files.delete(whole);
    clean(10);

    assertHolds(12);
    truncate(second, 100);

    assertThatThrownBy(() -> table.rows())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(TestingStorage.address(second));
  }

  @Test
  void oneOfTheSecondFormatNeedsItsSidecars() throws Exception {
    Path sidecar = log.resolve("_sidecars/one.parquet");
    Files.createDirectories(sidecar.getParent());
    write(sidecar, 1, 10);
    Path json =
        log.resolve("%020d.checkpoint.80a083e8-7026-4e79-81be-64bd76c43a11.json".formatted(10));
    List<String> lines = new ArrayList<>(Files.readAllLines(TestingLog.entry(table.path, 0)));
    lines.removeIf(line -> line.contains("commitInfo"));
    lines.add("{\"checkpointMetadata\":{\"version\":10}}");
    lines.add(
        "{\"sidecar\":{\"path\":\"one.parquet\",\"sizeInBytes\":%d,\"modificationTime\":1}}"
            .formatted(Files.size(sidecar)));
    Files.write(json, lines);

    assertThat(tear(json)).isEmpty();

    Files.write(json, lines.subList(0, lines.size() - 1), StandardOpenOption.TRUNCATE_EXISTING);
    Files.writeString(
        json, "{\"sidecar\":{\"path\":\"gone.parquet\",\"size", StandardOpenOption.APPEND);
    assertThat(tear(json)).isPresent();
    Files.write(json, lines);
    truncate(sidecar, 50);
    Files.setLastModifiedTime(json, FileTime.from(Instant.EPOCH));
    assertThat(tear(json)).isPresent();
    Files.delete(sidecar);
    assertThat(tear(json)).hasValueSatisfying(reason -> assertThat(reason).contains("one.parquet"));
    assertHolds(12);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "{\"vers", "{\"version\":99}", "{\"version\":9}", "\0\0"})
  void aLastCheckpointThatNamesNoneIsPassedOver(String content) throws Exception {
    Files.writeString(log.resolve("_last_checkpoint"), content);

    assertHolds(12);
    append(13, 21);

    assertHolds(21);
    assertThat(log.resolve("_last_checkpoint")).content().contains("\"version\":20");
  }

  @Test
  void withoutTheEntriesThatItReplacesBothAreNamed() throws Exception {
    truncate(checkpoint(10), 100);
    clean(8);

    assertThatThrownBy(() -> table.rows())
        .isInstanceOf(IOException.class)
        .hasMessageContaining(TestingStorage.address(table.path))
        .hasMessageContaining(TestingStorage.address(checkpoint(10)) + " is torn")
        .hasMessageContaining(
            TestingStorage.address(TestingLog.entry(table.path, 0)) + " is missing");
    assertThatThrownBy(table::open)
        .isInstanceOf(IOException.class)
        .hasMessageContaining(TestingStorage.address(checkpoint(10)) + " is torn");
    assertThatThrownBy(
            () -> DeltaMaintenance.optimize(TestingStorage.address(table.path), 1 << 20, false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(TestingStorage.address(checkpoint(10)) + " is torn");
  }

  @Test
  void vacuumRefusesToActUntilItIsRemoved() throws Exception {
    truncate(checkpoint(10), 100);

    for (boolean dryRun : List.of(true, false)) {
      assertThatThrownBy(
              () ->
                  DeltaMaintenance.vacuum(
                      TestingStorage.address(table.path), Duration.ZERO, false, dryRun))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(TestingStorage.address(checkpoint(10)))
          .hasMessageContaining("Remove that file");
    }
    Files.delete(checkpoint(10));

    DeltaMaintenance.vacuum(TestingStorage.address(table.path), Duration.ZERO, false, false);
    assertHolds(12);
  }

  @Test
  void vacuumRefusesToActWhenFilesAreMissingFromAWholeOne() throws Exception {
    write(checkpoint(10), List.of(0L, 9L, 10L));

    assertThatThrownBy(
            () ->
                DeltaMaintenance.vacuum(
                    TestingStorage.address(table.path), Duration.ZERO, false, false))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("4 live files")
        .hasMessageContaining("12");
    assertThat(new TestingLog(table.path).live().keySet())
        .allSatisfy(file -> assertThat(table.path.resolve(file)).exists());
  }

  @Test
  void maintenanceWritesItAnew() throws Exception {
    append(13, 20);
    truncate(checkpoint(20), 100);

    assertThat(DeltaMaintenance.checkpoint(TestingStorage.address(table.path), false).missing())
        .isTrue();

    assertThat(tear(checkpoint(20))).isEmpty();
    assertThat(CheckpointFile.read(storage(), LogNames.checkpoint(20)).files()).isEqualTo(20);
  }

  @Test
  void entriesBeforeItStay() throws Exception {
    truncate(checkpoint(10), 100);
    makeOld(LONG_AGO);

    append(13, 20);

    // The entries of long ago are behind no whole checkpoint of long ago.
    for (long version = 0; version <= 20; version++) {
      assertThat(TestingLog.entry(table.path, version)).exists();
    }
    assertHolds(20);
  }

  @Test
  void oneThatLacksFilesHasNoSuccessorAndReplacesNothing() throws Exception {
    write(checkpoint(10), List.of(0L, 9L, 10L));
    makeOld(LONG_AGO);

    assertThatThrownBy(() -> DeltaMaintenance.checkpoint(TestingStorage.address(table.path), false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("it holds 4 live files")
        .hasMessageContaining("tells of 12");

    assertThat(checkpoint(12)).doesNotExist();
    assertThat(CheckpointFile.holdsAllFiles(storage(), LogNames.checkpoint(10))).isFalse();
    assertThat(TestingLog.entry(table.path, 0)).exists();
  }

  @Test
  void entriesBeforeAWholeOneGo() throws Exception {
    makeOld(LONG_AGO);

    DeltaMaintenance.checkpoint(TestingStorage.address(table.path), false);

    assertThat(TestingLog.entry(table.path, 9)).doesNotExist();
    assertThat(TestingLog.entry(table.path, 10)).exists();
    assertHolds(12);
  }

  @Test
  void oneWhoseInputFailsIsNotPublished() throws Exception {
    Engine engine = TableEngine.of(TestingStorage.of(table.path));
    List<FilteredColumnarBatch> batches = batches(List.of(0L, 1L));
    CloseableIterator<FilteredColumnarBatch> failing =
        new CloseableIterator<>() {
          private final AtomicInteger next = new AtomicInteger();

          @Override
          public boolean hasNext() {
            return true;
          }

          @Override
          public FilteredColumnarBatch next() {
            if (next.get() == batches.size()) {
              throw new UncheckedIOException(new IOException("The older checkpoint is gone"));
            }
            return batches.get(next.getAndIncrement());
          }

          @Override
          public void close() {}
        };

    assertThatThrownBy(
            () ->
                engine
                    .getParquetHandler()
                    .writeParquetFileAtomically(TestingStorage.address(checkpoint(1)), failing))
        .hasStackTraceContaining("The older checkpoint is gone");

    assertThat(checkpoint(1)).doesNotExist();
    assertThat(temporary()).isEmpty();
  }

  /** A checkpoint of some versions' actions, without protocol and metadata. */
  private void replace(long version, long from, long to) throws IOException {
    write(checkpoint(version), from, to);
  }

  private void write(Path file, long from, long to) throws IOException {
    write(file, LongStream.rangeClosed(from, to).boxed().toList());
  }

  private void write(Path file, List<Long> versions) throws IOException {
    Files.deleteIfExists(file);
    List<FilteredColumnarBatch> batches = batches(versions);
    DefaultEngine.create(new TableFileIO(TestingStorage.of(table.path)))
        .getParquetHandler()
        .writeParquetFileAtomically(
            TestingStorage.address(file), Utils.toCloseableIterator(batches.iterator()));
  }

  private List<FilteredColumnarBatch> batches(List<Long> versions) throws IOException {
    List<FilteredColumnarBatch> batches = new ArrayList<>();
    for (long version : versions) {
      Path entry = TestingLog.entry(table.path, version);
      try (CloseableIterator<ColumnarBatch> actions =
          TableEngine.of(TestingStorage.of(table.path))
              .getJsonHandler()
              .readJsonFiles(
                  Utils.singletonCloseableIterator(
                      FileStatus.of(TestingStorage.address(entry), Files.size(entry), 0)),
                  SingleAction.CHECKPOINT_SCHEMA,
                  Optional.empty())) {
        while (actions.hasNext()) {
          batches.add(new FilteredColumnarBatch(actions.next(), Optional.empty()));
        }
      }
    }
    return batches;
  }

  private List<Path> temporary() throws IOException {
    try (Stream<Path> files = Files.walk(table.path)) {
      return files.filter(file -> file.toString().endsWith(".tmp")).toList();
    }
  }

  private void makeOld(Duration age) throws IOException {
    try (Stream<Path> files = Files.list(log)) {
      for (Path file : files.toList()) {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(age)));
      }
    }
  }
}
