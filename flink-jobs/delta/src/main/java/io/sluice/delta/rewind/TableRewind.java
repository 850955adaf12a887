package io.sluice.delta.rewind;

import io.delta.kernel.Snapshot;
import io.sluice.delta.commit.SavedSink;
import io.sluice.delta.log.CommitDescription;
import io.sluice.delta.log.LoadedTable;
import io.sluice.delta.log.MaintenanceCommit;
import io.sluice.delta.log.RestoredFiles;
import io.sluice.delta.log.SnapshotChoice;
import io.sluice.delta.log.TableLog;
import io.sluice.delta.schema.RefusedTableException;
import io.sluice.delta.storage.OpenRead;
import io.sluice.delta.storage.OpenReads;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Takes a table back to the version that belongs to a savepoint, so that a job which begins there
 * commits the rows behind it once more, and once. Paths are absolute, {@code file:} URIs or {@code
 * s3://bucket/key}.
 */
@PublicEvolving
public final class TableRewind {

  private final LoadedTable table;
  private final List<SavedSink> sinks;
  private final long checkpoint;
  private final Instant completed;

  /**
   * A table and a savepoint.
   *
   * @param sinks all sinks of the table, as the savepoint knows them
   * @param checkpoint the savepoint's id
   * @param completed when it was complete, by the clock of its storage; decides only for sinks that
   *     had committed nothing yet
   */
  public TableRewind(String tablePath, List<SavedSink> sinks, long checkpoint, Instant completed) {
    table = new LoadedTable(TableStorage.of(tablePath));
    this.sinks = List.copyOf(sinks);
    this.checkpoint = checkpoint;
    this.completed = completed;
  }

  /**
   * Finds the version that belongs to the savepoint, reading the log from the newest version back
   * to it. Nothing is written.
   *
   * @throws java.io.FileNotFoundException if there is no table
   * @throws RefusedTableException if there is no such version
   */
  public SavepointVersion find() throws IOException {
    return new SavepointSearch(table, sinks, checkpoint, completed).find();
  }

  /**
   * Checks that the table can be taken back to a version. Nothing is written.
   *
   * @throws RefusedTableException if not, with table and version
   */
  public void check(long version) throws IOException {
    Snapshot now = table.load();
    requireSameLayout(now, then(version));
    files(now, version);
  }

  /**
   * Takes the table back in one new version; no file and no version is removed. Columns that were
   * added or widened since stay. Positions of fences become those of the version, and the sinks'
   * states of later checkpoints are marked: they do not fit the table any more. A vacuum that
   * begins meanwhile keeps the version's files, also when this fails.
   *
   * @return the new version
   * @throws RefusedTableException if it cannot be done, with table and version
   */
  public long restore(long version) throws IOException {
    OpenReads reads = new OpenReads(table.table());
    String id = "rewind-to-" + version;
    reads.write(new OpenRead(id, version, table.table().clock(Clock.systemUTC()).instant()));
    long restored = commit(version);
    reads.remove(id);
    return restored;
  }

  private long commit(long version) throws IOException {
    for (int conflicts = 0; conflicts < LoadedTable.MAX_CONFLICTS; conflicts++) {
      Snapshot now = table.load();
      Snapshot then = then(version);
      requireSameLayout(now, then);
      RestoredFiles files = files(now, version);
      Map<String, Long> transactions =
          new RestoredTransactions(sinks, checkpoint)
              .between(
                  TableLog.transactions(table.engine(), now),
                  TableLog.transactions(table.engine(), then));
      OptionalLong published =
          table.tryCommit(
              now,
              new MaintenanceCommit(
                  describe(version, files),
                  TableLog.actions(files.changes(), transactions, System.currentTimeMillis())));
      if (published.isPresent()) {
        requireFiles(files, version);
        return published.getAsLong();
      }
    }
    throw table.tooManyConflicts(VersionWriters.RESTORE);
  }

  private Snapshot then(long version) throws IOException {
    return SnapshotChoice.version(version).load(table.table(), table.engine());
  }

  private RestoredFiles files(Snapshot now, long version) throws IOException {
    RestoredFiles files = RestoredFiles.between(table.engine(), now, then(version));
    requireFiles(files, version);
    return files;
  }

  private void requireFiles(RestoredFiles files, long version) throws IOException {
    Optional<String> missing = files.missing(table.table());
    if (missing.isPresent()) {
      throw new RefusedTableException(
          "Table %s cannot go back to version %d: its file %s was removed by a vacuum. Rewind to a later savepoint"
              .formatted(table.table(), version, missing.get()));
    }
  }

  private void requireSameLayout(Snapshot now, Snapshot then) {
    String mode = "delta.columnMapping.mode";
    List<String> columns = now.getSchema().fieldNames();
    boolean same =
        now.getPartitionColumnNames().equals(then.getPartitionColumnNames())
            && columns.containsAll(then.getSchema().fieldNames())
            && now.getTableProperties()
                .getOrDefault(mode, "none")
                .equals(then.getTableProperties().getOrDefault(mode, "none"))
            && TableLog.tableId(now).equals(TableLog.tableId(then));
    if (!same) {
      throw new RefusedTableException(
          "Table %s cannot go back to version %d: its columns or partitions were replaced since. Restore it with Spark, and begin without a savepoint"
              .formatted(table.table(), then.getVersion()));
    }
    if ("true".equals(now.getTableProperties().get("delta.appendOnly"))) {
      throw new RefusedTableException(
          "Table %s cannot go back to version %d: its property delta.appendOnly is true. Unset it"
              .formatted(table.table(), then.getVersion()));
    }
  }

  private CommitDescription describe(long version, RestoredFiles files) {
    int[] count = files.count();
    return CommitDescription.ofMaintenance(
        VersionWriters.RESTORE,
        Map.of(
            VersionWriters.RESTORED_VERSION,
            Long.toString(version),
            "checkpointId",
            Long.toString(checkpoint)),
        Map.of(
            "numRemovedFiles",
            Integer.toString(count[0]),
            "numRestoredFiles",
            Integer.toString(count[1]),
            "restoredFilesSize",
            Long.toString(files.bytes())));
  }
}
