package io.sluice.delta.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.commit.CommitTable;
import io.sluice.delta.commit.DeltaCommitter;
import io.sluice.delta.sink.DeltaWriter;
import io.sluice.delta.table.DeltaTables;
import io.sluice.delta.testing.TestingCommitRequest;
import io.sluice.delta.testing.TestingLog;
import io.sluice.delta.testing.TestingStorage;
import io.sluice.delta.testing.TestingTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

/** A sink that kept still commits after what happened to the log meanwhile, not after the past. */
@Tag("storage")
class LogEntryTest {

  private static final RowType TYPE =
      RowType.of(new LogicalType[] {new BigIntType()}, new String[] {"id"});

  @TempDir Path directory;

  private TestingTable table;
  private DeltaCommitter sink;

  @BeforeEach
  void sinkHasCommitted() throws Exception {
    table = new TestingTable(directory.resolve("t"), TYPE);
    sink = table.committer();
    commit(1);
  }

  private TestingCommitRequest commit(long checkpoint) throws Exception {
    try (DeltaWriter writer = table.writer(0)) {
      writer.write(GenericRowData.of(checkpoint), null);
      TestingCommitRequest request =
          new TestingCommitRequest(
              table.committable(
                  "kept",
                  checkpoint,
                  checkpoint == 1 ? -1 : checkpoint - 1,
                  writer.prepareCommit().iterator().next()),
              0);
      sink.commit(List.of(request));
      return request;
    }
  }

  private void othersCommit(int versions) throws Exception {
    for (int i = 0; i < versions; i++) {
      table.append(GenericRowData.of(100L + i));
    }
  }

  private long latest() throws IOException {
    return new TestingLog(table.path).latest();
  }

  @Test
  void theHoleThatACleanUpLeavesIsNotFilled() throws Exception {
    othersCommit(12);
    new TestingLog(table.path).cleanUp(10);

    assertThat(commit(2).retry).isFalse();
    assertThat(latest()).isEqualTo(14);
    assertThat(table.rows()).hasSize(14);

    commit(3);
    assertThat(table.rows()).hasSize(15);
  }

  @Test
  @Tag("disk")
  void aTableRestoredFromABackupLacksThePredecessor() throws Exception {
    Path backup = directory.resolve("backup");
    copy(table.path, backup);
    commit(2);
    commit(3);
    delete(table.path);
    copy(backup, table.path);
    othersCommit(2);
    assertThat(latest()).as("as before").isEqualTo(3);

    assertThat(commit(4).retry).isTrue();
    assertThat(latest()).isEqualTo(3);
  }

  @Test
  @Tag("disk")
  void aVersionOverwrittenBeforeALogCheckpointLacksThePredecessor() throws Exception {
    for (long checkpoint = 2; checkpoint <= 10; checkpoint++) {
      commit(checkpoint);
    }
    String mark = "{\"txn\":{\"appId\":\"" + TestingTable.SINK + "/kept\",";
    Path entry = TestingLog.entry(table.path, 10);
    Files.write(
        entry,
        Files.readAllLines(entry).stream().filter(action -> !action.startsWith(mark)).toList());
    try (Stream<Path> log = Files.list(entry.getParent())) {
      for (Path follower : log.filter(file -> !file.toString().endsWith(".json")).toList()) {
        Files.delete(follower);
      }
    }

    assertThat(commit(11).retry).isTrue();
    assertThat(latest()).isEqualTo(10);
  }

  @Test
  void whatThisSinkHasWrittenIsFoundAgain() throws Exception {
    CommitTable kernel = table.open();
    sink = TestingTable.committer(TestingStorage.address(table.path), kernel);
    for (long checkpoint = 2; checkpoint <= 25; checkpoint++) {
      commit(checkpoint);
      TableState state = kernel.current();
      assertThat(kernel.refresh()).as("nothing was read again").isSameAs(state);
    }
    assertThat(DeltaTables.history(TestingStorage.address(table.path), 100))
        .extracting(TableVersion::version)
        .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(0, 25).boxed().toList());
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file)));
      }
    }
  }

  private static void delete(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(file);
      }
    }
  }
}
