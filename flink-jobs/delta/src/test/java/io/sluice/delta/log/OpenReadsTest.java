package io.sluice.delta.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.maintain.Vacuum;
import io.sluice.delta.maintain.VacuumResult;
import io.sluice.delta.source.DeltaSource;
import io.sluice.delta.source.DeltaSourceState;
import io.sluice.delta.source.DeltaSplit;
import io.sluice.delta.storage.OpenRead;
import io.sluice.delta.storage.OpenReads;
import io.sluice.delta.testing.TestingDeltaSource;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What vacuum leaves for sources that still read an old version. */
@Tag("storage")
class OpenReadsTest {

  private static final RowType TYPE =
      RowType.of(new LogicalType[] {new BigIntType()}, new String[] {"id"});
  private static final Duration LATER = Duration.ofDays(30);

  @TempDir Path directory;

  private TestingTable table;
  private String path;
  private OpenReads reads;

  @BeforeEach
  void create() throws Exception {
    table = new TestingTable(directory.resolve("t"), TYPE);
    path = TestingStorage.address(table.path);
    reads = new OpenReads(TestingStorage.of(table.path));
    for (long id = 1; id <= 3; id++) {
      table.append(GenericRowData.of(id));
    }
  }

  private void optimize() throws IOException {
    assertThat(DeltaMaintenance.optimize(path, 1 << 20, false).version()).isPresent();
  }

  /**
   * Far enough in the future that all files are old.
   *
   * @param silence since the last sign of life of all sources
   */
  private VacuumResult vacuum(Duration silence) throws IOException {
    Instant now = Instant.now().plus(LATER);
    for (OpenRead read : reads.all()) {
      reads.write(new OpenRead(read.id(), read.version(), now.minus(silence)));
    }
    return new Vacuum(
            TestingStorage.of(table.path),
            DeltaMaintenance.DEFAULT_RETENTION,
            Clock.fixed(now, ZoneOffset.UTC))
        .run(true, false);
  }

  private static List<Object> ids(List<Map<String, Object>> rows) {
    return rows.stream().map(row -> row.get("id")).sorted().toList();
  }

  @Test
  @Tag("disk")
  void aSourceThatFailsInTheMiddleFindsItsFilesAfterAVacuum() throws Exception {
    DeltaSource source = DeltaSource.snapshot(path).build();
    TestingDeltaSource first = new TestingDeltaSource(source);
    first.context.tick();
    first.enumerator.handleSplitRequest(0, null);
    List<Map<String, Object>> rows =
        new ArrayList<>(first.read(List.copyOf(first.context.assigned)));
    DeltaSourceState state = first.enumerator.snapshotState(1);
    first.enumerator.close();
    optimize();

    VacuumResult kept = vacuum(Duration.ofDays(6));
    assertThat(kept.files()).isEmpty();
    assertThat(kept.openReads()).extracting(OpenRead::version).containsExactly(3L);

    TestingDeltaSource restored = new TestingDeltaSource(source, state);
    rows.addAll(restored.read());
    assertThat(ids(rows)).containsExactly(1L, 2L, 3L);
    restored.enumerator.snapshotState(2);
    assertThat(reads.all()).hasSize(1);
    restored.enumerator.notifyCheckpointComplete(2);
    restored.enumerator.close();
    assertThat(reads.all()).isEmpty();

    assertThat(vacuum(Duration.ZERO).files()).hasSize(3);
  }

  @Test
  @Tag("disk")
  void filesThatNoOpenReadNeedsGo() throws Exception {
    optimize();
    table.append(GenericRowData.of(4L));
    TestingDeltaSource source = new TestingDeltaSource(DeltaSource.snapshot(path).build());
    source.context.tick();
    optimize();

    assertThat(vacuum(Duration.ZERO).files()).hasSize(3);
    assertThat(ids(source.read())).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  @Tag("disk")
  void whatTheLogDoesNotTellAnyMoreIsKept() throws Exception {
    TestingDeltaSource source = new TestingDeltaSource(DeltaSource.snapshot(path).build());
    source.context.tick();
    optimize();
    table.append(GenericRowData.of(4L));
    DeltaMaintenance.checkpoint(path, false);
    for (int version = 0; version < 5; version++) {
      Files.delete(TestingLog.entry(table.path, version));
    }

    assertThat(vacuum(Duration.ZERO).files()).isEmpty();
    assertThat(ids(source.read())).containsExactly(1L, 2L, 3L);
  }

  @Test
  void aSourceWithoutASignOfLifeIsNamedAndForgotten() throws Exception {
    TestingDeltaSource source = new TestingDeltaSource(DeltaSource.snapshot(path).build());
    source.context.tick();
    source.enumerator.snapshotState(1);
    source.enumerator.close();
    optimize();

    VacuumResult result = vacuum(Duration.ofDays(8));
    assertThat(result.openReads()).isEmpty();
    assertThat(result.expiredReads()).extracting(OpenRead::version).containsExactly(3L);
    assertThat(result.files()).hasSize(3);
    assertThat(vacuum(Duration.ZERO).expiredReads()).isEmpty();
  }

  @Test
  void signsOfLifeComeWhileTheReadRunsAndEndWithIt() throws Exception {
    TestingDeltaSource source = new TestingDeltaSource(DeltaSource.snapshot(path).build());
    source.context.tick();
    OpenRead open = reads.all().get(0);
    reads.write(new OpenRead(open.id(), 3, Instant.EPOCH));
    source.context.tick();
    assertThat(reads.all().get(0).lastSeen()).isAfter(Instant.EPOCH);

    // A file that somebody removed comes back, too.
    reads.remove(open.id());
    source.context.tick();
    assertThat(reads.all()).extracting(OpenRead::id).containsExactly(open.id());

    source.enumerator.snapshotState(1);
    source.read();
    source.enumerator.snapshotState(2);
    source.enumerator.notifyCheckpointComplete(1);
    assertThat(reads.all()).hasSize(1);
    source.enumerator.notifyCheckpointComplete(2);
    source.context.tick();
    assertThat(reads.all()).isEmpty();
  }

  @Test
  void aReaderThatCameBackHasItsSplitsToReadAgain() throws Exception {
    TestingDeltaSource source = new TestingDeltaSource(DeltaSource.snapshot(path).build());
    List<DeltaSplit> splits = source.splits();
    source.enumerator.snapshotState(1);
    source.enumerator.addSplitsBack(splits, 0);
    source.enumerator.notifyCheckpointComplete(1);
    assertThat(reads.all()).hasSize(1);
  }

  @Test
  void aReadThatNoStateTellsOfEndsWithItsSource() throws Exception {
    TestingDeltaSource unsaved = new TestingDeltaSource(DeltaSource.snapshot(path).build());
    unsaved.context.tick();
    assertThat(reads.all()).hasSize(1);
    unsaved.enumerator.close();
    assertThat(reads.all()).isEmpty();

    TestingDeltaSource finished = new TestingDeltaSource(DeltaSource.snapshot(path).build());
    finished.context.tick();
    finished.enumerator.snapshotState(1);
    finished.read();
    finished.enumerator.close();
    assertThat(reads.all()).isEmpty();
  }

  @Test
  @Tag("disk")
  void aSourceOfAppendsIsOpenUntilItHasCaughtUp() throws Exception {
    TestingDeltaSource source =
        new TestingDeltaSource(DeltaSource.appends(path).fromVersion(1).build());
    source.context.tick();
    assertThat(reads.all()).extracting(OpenRead::version).containsExactly(1L);
    DeltaSourceState behind = source.enumerator.snapshotState(1);
    optimize();
    assertThat(vacuum(Duration.ZERO).files()).isEmpty();
    assertThat(ids(source.read())).containsExactly(1L, 2L, 3L);

    source.read();
    source.enumerator.snapshotState(2);
    source.enumerator.notifyCheckpointComplete(2);
    assertThat(reads.all()).isEmpty();
    source.context.tick();
    assertThat(reads.all()).isEmpty();

    TestingDeltaSource restored =
        new TestingDeltaSource(DeltaSource.appends(path).fromVersion(1).build(), behind);
    restored.context.tick();
    assertThat(reads.all()).extracting(OpenRead::id).containsExactly(behind.read().id());
  }

  @Test
  void aSourceThatFindsANewVersionAtEachLookHasCaughtUp() throws Exception {
    TestingDeltaSource source =
        new TestingDeltaSource(DeltaSource.appends(path).fromVersion(1).build());
    source.context.tick();
    source.enumerator.snapshotState(1);
    source.read();
    table.append(GenericRowData.of(4L));
    source.context.tick();
    assertThat(ids(source.read())).contains(4L);

    source.enumerator.snapshotState(2);
    source.enumerator.notifyCheckpointComplete(2);
    assertThat(reads.all()).isEmpty();
  }

  @Test
  void whatCannotBeReadStopsVacuum() throws Exception {
    TestingDeltaSource source = new TestingDeltaSource(DeltaSource.snapshot(path).build());
    source.context.tick();
    Path file = table.path.resolve("_sluice_reads/" + reads.all().get(0).id() + ".json");
    Files.writeString(file, "{}");

    assertThatThrownBy(
            () -> DeltaMaintenance.vacuum(path, DeltaMaintenance.DEFAULT_RETENTION, true, false))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(TestingStorage.address(file), path, "Remove it");
  }
}
