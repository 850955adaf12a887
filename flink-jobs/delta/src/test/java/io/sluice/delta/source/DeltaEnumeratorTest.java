package io.sluice.delta.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.delta.maintain.DeltaMaintenance;
import io.sluice.delta.schema.RefusedTableException;
import io.sluice.delta.testing.TestingDeltaSource;
import io.sluice.delta.testing.TestingFile;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.FileUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the enumerator finds, hands out and remembers. */
@Tag("storage")
class DeltaEnumeratorTest {

  private static final RowType TYPE =
      RowType.of(
          new LogicalType[] {new BigIntType(), new IntType()}, new String[] {"id", "bucket"});

  @TempDir Path directory;

  private TestingTable table;
  private TestingLog log;
  private String path;

  @BeforeEach
  void create() throws Exception {
    table = new TestingTable(directory.resolve("t"), TYPE, "bucket");
    table.open();
    log = new TestingLog(table.path);
    path = TestingStorage.address(table.path);
  }

  /** One version with a file per bucket. */
  private void append(long id, int... buckets) throws Exception {
    GenericRowData[] rows = new GenericRowData[buckets.length];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = GenericRowData.of(id, buckets[i]);
    }
    table.append(rows);
  }

  private List<Object> ids(TestingDeltaSource source) throws IOException {
    return source.read().stream().map(row -> row.get("id")).sorted().toList();
  }

  private DeltaSource appends(long version) throws IOException {
    return DeltaSource.appends(path).fromVersion(version).build();
  }

  @Test
  void theVersionIsLookedUpOnceAndKeptInTheState() throws Exception {
    append(1, 0, 1);
    DeltaSource source = DeltaSource.snapshot(path).build();
    append(2, 0);
    TestingDeltaSource first = new TestingDeltaSource(source);
    assertThat(first.enumerator.snapshotState(1)).isEqualTo(DeltaSourceState.NOTHING);
    first.context.tick();
    append(3, 0);

    DeltaSourceState state = first.enumerator.snapshotState(2);
    TestingDeltaSource restored = new TestingDeltaSource(source, state);

    assertThat(state.next()).hasValue(3);
    assertThat(state.pending()).hasSize(3);
    assertThat(ids(first)).containsExactly(1L, 1L, 2L);
    assertThat(ids(restored)).containsExactly(1L, 1L, 2L);
  }

  @Test
  void eachSplitGoesToOneReaderAndThenTheEndIsSaid() throws Exception {
    append(1, 0, 1);
    TestingDeltaSource source = new TestingDeltaSource(DeltaSource.snapshot(path).build());
    source.context.register(1);
    source.enumerator.handleSplitRequest(0, null);
    source.enumerator.handleSplitRequest(1, null);
    assertThat(source.context.assigned).isEmpty();

    source.context.tick();
    assertThat(source.context.assigned).doesNotHaveDuplicates().hasSize(2);
    source.enumerator.handleSplitRequest(1, null);

    assertThat(source.context.ended).containsExactly(1);
    assertThat(source.enumerator.snapshotState(1).pending()).isEmpty();
  }

  @Test
  void splitsOfALostReaderComeFirstAgain() throws Exception {
    append(1, 0, 1, 2);
    TestingDeltaSource source = new TestingDeltaSource(DeltaSource.snapshot(path).build());
    source.context.tick();
    source.enumerator.handleSplitRequest(0, null);
    DeltaSplit lost = source.context.assigned.get(0);
    DeltaSplit halfRead = new DeltaSplit(lost.splitId(), lost.range(), 1);

    source.context.unregister(0);
    source.enumerator.addSplitsBack(List.of(halfRead), 0);
    assertThat(source.enumerator.snapshotState(1).pending()).hasSize(3).startsWith(halfRead);
    source.context.register(0);
    source.enumerator.handleSplitRequest(0, null);

    assertThat(source.context.assigned.get(1)).isEqualTo(halfRead);
  }

  @Test
  void aReaderThatWaitedAndWentGetsNothing() throws Exception {
    append(1, 0);
    TestingDeltaSource source = new TestingDeltaSource(DeltaSource.snapshot(path).build());
    source.enumerator.handleSplitRequest(0, null);
    source.context.unregister(0);

    source.context.tick();

    assertThat(source.context.assigned).isEmpty();
    assertThat(source.enumerator.snapshotState(1).pending()).hasSize(1);
  }

  @Test
  void appendsAreFoundVersionByVersion() throws Exception {
    append(1, 0);
    append(2, 0, 1);
    TestingDeltaSource source = new TestingDeltaSource(appends(2));
    source.context.tick();

    assertThat(ids(source)).containsExactly(2L, 2L);
    assertThat(ids(source)).isEmpty();
    append(3, 1);
    append(4, 1);
    assertThat(ids(source)).containsExactly(3L, 4L);
    assertThat(source.enumerator.snapshotState(1).next()).hasValue(5);
    assertThat(source.context.ended).isEmpty();
  }

  @Test
  void appendsFromTheStateOnAreNeitherRepeatedNorLost() throws Exception {
    append(1, 0);
    TestingDeltaSource first = new TestingDeltaSource(appends(0));
    first.context.tick();
    assertThat(ids(first)).containsExactly(1L);
    first.context.unregister(0);
    append(2, 0);
    first.context.tick();

    DeltaSourceState state = first.enumerator.snapshotState(1);
    append(3, 0);
    TestingDeltaSource restored = new TestingDeltaSource(appends(0), state);
    restored.context.tick();

    assertThat(state.pending()).hasSize(1);
    assertThat(ids(restored)).containsExactly(2L, 3L);
  }

  @Test
  void aSnapshotMayComeFirst() throws Exception {
    append(1, 0);
    append(2, 0);
    DeltaMaintenance.optimize(path, 1 << 20, false);
    TestingDeltaSource source =
        new TestingDeltaSource(DeltaSource.appends(path).startingSnapshot().build());
    source.context.tick();

    assertThat(ids(source)).containsExactly(1L, 2L);
    append(3, 0);
    assertThat(ids(source)).containsExactly(3L);
  }

  @Test
  void onlyTheChosenPartitionsAreFollowed() throws Exception {
    append(1, 0, 1);
    TestingDeltaSource source =
        new TestingDeltaSource(
            DeltaSource.appends(path).fromVersion(0).partition("bucket", "1").build());
    source.context.tick();

    assertThat(source.read()).extracting(row -> row.get("bucket")).containsExactly(1);
  }

  @Test
  void rowsThatAreOnlyPackedAnewArePassedOver() throws Exception {
    append(1, 0);
    append(2, 0);
    TestingDeltaSource source = new TestingDeltaSource(appends(0));
    source.context.tick();
    assertThat(ids(source)).hasSize(2);

    assertThat(DeltaMaintenance.optimize(path, 1 << 20, false).version()).isPresent();
    append(3, 0);

    assertThat(ids(source)).containsExactly(3L);
  }

  @Test
  void aVersionThatChangesRowsFailsTheJobNamingTheOperation() throws Exception {
    append(1, 0);
    log.allowDeletionVectors();
    TestingDeltaSource source = new TestingDeltaSource(appends(0));
    source.context.tick();
    assertThat(ids(source)).hasSize(1);
    log.delete(log.live().keySet().iterator().next(), 0);
    Path entry = TestingLog.entry(table.path, 3);
    Files.writeString(
        entry, "{\"commitInfo\":{\"operation\":\"DELETE\"}}\n" + Files.readString(entry));

    assertThatThrownBy(source.context::tick)
        .isInstanceOf(RefusedTableException.class)
        .hasMessageContainingAll(path, "Version 3", "DELETE", "snapshot", "version 4");
  }

  @Test
  void changesOfTheReadColumnsFailTheJobAndOthersDoNot() throws Exception {
    append(1, 0);
    TestingDeltaSource source = new TestingDeltaSource(appends(0));
    source.context.tick();
    ids(source);

    DeltaSourceTest.addColumn(log, "more");
    log.commit(
        TestingFile.write(table.path, "f.parquet", TYPE, List.of(GenericRowData.of(2L, 0)), 100));
    assertThat(ids(source)).containsExactly(2L);

    changeSchema(
        "\\\"name\\\":\\\"id\\\",\\\"type\\\":\\\"long\\\"",
        "\\\"name\\\":\\\"id\\\",\\\"type\\\":\\\"string\\\"");
    assertThatThrownBy(source.context::tick)
        .isInstanceOf(RefusedTableException.class)
        .hasMessageContainingAll(path, "version 4", "column id", "long", "string");
  }

  @Test
  void aColumnThatIsGoneFailsTheJob() throws Exception {
    TestingDeltaSource source = new TestingDeltaSource(appends(0));
    source.context.tick();
    changeSchema("\\\"name\\\":\\\"id\\\"", "\\\"name\\\":\\\"other\\\"");

    assertThatThrownBy(source.context::tick)
        .isInstanceOf(RefusedTableException.class)
        .hasMessageContainingAll(path, "version 1", "id", "gone");
  }

  private void changeSchema(String from, String to) throws IOException {
    String metaData = log.actions(0, "metaData").get(0).toString();
    assertThat(metaData).contains(from);
    log.commit("{\"metaData\":" + metaData.replace(from, to) + "}");
  }

  @Test
  void aFeatureThatComesLaterFailsTheJobByName() throws Exception {
    TestingDeltaSource source = new TestingDeltaSource(appends(0));
    source.context.tick();
    log.commit(
        "{\"protocol\":{\"minReaderVersion\":3,\"minWriterVersion\":7,\"readerFeatures\":[\"variantType\"],\"writerFeatures\":[\"variantType\"]}}");

    assertThatThrownBy(source.context::tick)
        .isInstanceOf(RefusedTableException.class)
        .hasMessageContainingAll(path, "version 1", "variantType");
  }

  @Test
  @Tag("disk")
  void aStartInALogThatWasCleanedUpIsRefusedNamingTheEarliest() throws Exception {
    for (long id = 1; id <= 12; id++) {
      append(id, 0);
    }
    for (int version = 0; version < 8; version++) {
      Files.delete(TestingLog.entry(table.path, version));
    }
    TestingDeltaSource tooEarly = new TestingDeltaSource(appends(3));
    TestingDeltaSource justRight = new TestingDeltaSource(appends(8));

    assertThatThrownBy(
            () -> {
              tooEarly.context.tick();
              tooEarly.context.tick();
            })
        .isInstanceOf(RefusedTableException.class)
        .hasMessageContainingAll(path, "Version 3", "cleaned up", "earliest entry is 8");
    justRight.context.tick();
    assertThat(ids(justRight)).containsExactly(8L, 9L, 10L, 11L, 12L);
  }

  @Test
  void aStartBehindTheEndIsRefusedAndOneAtTheEndWaits() throws Exception {
    TestingDeltaSource tooLate = new TestingDeltaSource(appends(2));
    assertThatThrownBy(tooLate.context::tick)
        .isInstanceOf(RefusedTableException.class)
        .hasMessageContainingAll(path, "no version 2", "latest is 0");

    TestingDeltaSource next = new TestingDeltaSource(appends(1));
    next.context.tick();
    assertThat(ids(next)).isEmpty();
    append(1, 0);
    assertThat(ids(next)).containsExactly(1L);
  }

  @Test
  void aLogThatEndsBeforeWhatWasReadFailsTheJob() throws Exception {
    append(1, 0);
    append(2, 0);
    TestingDeltaSource source = new TestingDeltaSource(appends(0));
    source.context.tick();
    assertThat(ids(source)).containsExactly(1L, 2L);
    Files.delete(TestingLog.entry(table.path, 2));
    assertThatThrownBy(source.context::tick)
        .isInstanceOf(RefusedTableException.class)
        .hasMessageContainingAll(path, "ends before version 2", "start without state");

    FileUtils.deleteDirectory(table.path.toFile());
    assertThatThrownBy(source.context::tick)
        .isInstanceOf(RefusedTableException.class)
        .hasMessageContainingAll(path, "removed the table");
  }

  @Test
  void aTableThatWasMadeAnewBelowTheSourceFailsTheJob() throws Exception {
    TestingDeltaSource source = new TestingDeltaSource(appends(0));
    source.context.tick();
    ids(source);
    changeSchema(
        "\"id\":\"" + log.actions(0, "metaData").get(0).get("id").asText(), "\"id\":\"another");

    assertThatThrownBy(source.context::tick)
        .isInstanceOf(RefusedTableException.class)
        .hasMessageContainingAll(path, "Version 1", "id another", "made it anew");
  }

  @Test
  void partitionsThatCannotBeChosenAnyMoreFailTheJob() throws Exception {
    append(1, 0);
    DeltaSource chosen = DeltaSource.appends(path).fromVersion(0).partition("bucket", "0").build();
    DeltaSource all = appends(0);
    TestingDeltaSource running = new TestingDeltaSource(chosen);
    running.context.tick();
    assertThat(ids(running)).containsExactly(1L);
    changeSchema("\"partitionColumns\":[\"bucket\"]", "\"partitionColumns\":[]");

    for (TestingDeltaSource source : List.of(running, new TestingDeltaSource(chosen))) {
      assertThatThrownBy(source.context::tick)
          .isInstanceOf(RefusedTableException.class)
          .hasMessageContainingAll(path, "Version 2", "no longer by [bucket]");
    }
    TestingDeltaSource unfiltered = new TestingDeltaSource(all);
    unfiltered.context.tick();
    assertThat(ids(unfiltered)).containsExactly(1L);
  }

  @Test
  void aTableThatWasMadeAnewDoesNotFitTheState() throws Exception {
    append(1, 0);
    DeltaSourceState state = new DeltaSourceState("another", OptionalLong.of(1), List.of());
    TestingDeltaSource restored = new TestingDeltaSource(appends(0), state);

    assertThatThrownBy(restored.context::tick)
        .isInstanceOf(RefusedTableException.class)
        .hasMessageContainingAll(path, "another", "without this state");
  }

  @Test
  void columnsThatAreNotThoseOfTheRestoredVersionAreRefused() throws Exception {
    append(1, 0);
    TestingDeltaSource first = new TestingDeltaSource(DeltaSource.snapshot(path).build());
    first.context.tick();
    DeltaSourceState state = first.enumerator.snapshotState(1);
    changeSchema(
        "\\\"name\\\":\\\"id\\\",\\\"type\\\":\\\"long\\\"",
        "\\\"name\\\":\\\"id\\\",\\\"type\\\":\\\"string\\\"");

    TestingDeltaSource builtAnew =
        new TestingDeltaSource(DeltaSource.snapshot(path).build(), state);

    assertThatThrownBy(builtAnew.context::tick)
        .isInstanceOf(RefusedTableException.class)
        .hasMessageContainingAll(path, "version 1", "version 2", "column id");
  }

  @Test
  void theLogIsReadInBoundedSteps() throws Exception {
    for (int version = 1; version <= 205; version++) {
      Files.writeString(TestingLog.entry(table.path, version), "{\"commitInfo\":{}}\n");
    }
    TestingDeltaSource source = new TestingDeltaSource(appends(0));
    List<Long> reached = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      source.context.tick();
      reached.add(source.enumerator.snapshotState(i).next().getAsLong());
    }

    assertThat(reached).containsExactly(100L, 200L, 206L, 206L);
  }
}
