package io.sluice.delta.log;

import io.delta.kernel.Operation;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.TransactionCommitResult;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.exceptions.CheckpointAlreadyExistsException;
import io.delta.kernel.exceptions.TableNotFoundException;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.TableConfig;
import io.sluice.delta.schema.NumberProperties;
import io.sluice.delta.storage.OutsideTableException;
import io.sluice.delta.storage.TableEngine;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.annotation.Internal;

/** An existing table that is maintained. Not thread-safe. */
@Internal
public final class LoadedTable {

  /** Other writers may win this often before something must be wrong. */
  public static final int MAX_CONFLICTS = 500;

  private final TableStorage table;
  private final Engine engine;
  private final DescribingCommitter committer = new DescribingCommitter();
  private final VersionPublisher publisher;

  public LoadedTable(TableStorage table) {
    this.table = table;
    engine = TableEngine.of(table);
    // Nobody counts the failures of hooks here; they are logged.
    publisher = new VersionPublisher(table, engine, () -> {});
  }

  public TableStorage table() {
    return table;
  }

  public Engine engine() {
    return engine;
  }

  /** The latest version. */
  public Snapshot load() throws IOException {
    try {
      Snapshot latest =
          TableManager.loadSnapshot(table.toString()).withCommitter(committer).build(engine);
      TableProblem.requireSchema(latest);
      return latest;
    } catch (TableNotFoundException absent) {
      throw TableProblem.absent(table, absent);
    } catch (RuntimeException e) {
      OutsideTableException.throwIfCauseOf(e);
      throw new IOException(
          "Table %s cannot be read: %s. Nothing was changed. Try again; if it stays so, repair the table's log, or use Spark for this table"
              .formatted(table, TableProblem.of(table, e)),
          e);
    }
  }

  /**
   * Publishes the version after a snapshot, or nothing.
   *
   * @return the version; empty when another writer took it: look again and decide anew
   * @throws IOException if it is not certain whether the version was published
   */
  public OptionalLong tryCommit(Snapshot snapshot, MaintenanceCommit commit) throws IOException {
    committer.describe(commit.description());
    Optional<TransactionCommitResult> published =
        publisher.publish(snapshot, Operation.MANUAL_UPDATE, commit.actions());
    publisher.settle();
    return published.isPresent()
        ? OptionalLong.of(published.get().getVersion())
        : OptionalLong.empty();
  }

  /**
   * Writes a log checkpoint, and removes what it replaces and the table need not keep.
   *
   * @return false if a job wrote it at the same time
   */
  public boolean writeCheckpoint(long version) throws IOException {
    // Of a version that is the latest by chance, Kernel would clean up without a proof.
    Snapshot snapshot =
        TableManager.loadSnapshot(table.toString()).atVersion(version).build(engine);
    NumberProperties.tombstoneRetention(table, snapshot);
    NumberProperties.of(table, TableConfig.LOG_RETENTION, snapshot);
    try {
      snapshot.writeCheckpoint(engine);
    } catch (CheckpointAlreadyExistsException another) {
      return false;
    }
    while (publisher.cleanUp((SnapshotImpl) snapshot)) {
      // In pieces; nobody waits for a commit here.
    }
    return true;
  }

  /** The failure after too many conflicts. */
  public IOException tooManyConflicts(String operation) {
    return new IOException(
        operation
            + " of table "
            + table
            + " gives up: other writers took the next version "
            + MAX_CONFLICTS
            + " times in a row. The table is as they left it; run it again when they write less");
  }
}
