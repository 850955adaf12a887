package io.sluice.connectors.delta;

import io.delta.kernel.Operation;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.Transaction;
import io.delta.kernel.TransactionCommitResult;
import io.delta.kernel.commit.CommitFailedException;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.exceptions.MaxCommitRetryLimitReachedException;
import io.delta.kernel.exceptions.TableNotFoundException;
import io.delta.kernel.hook.PostCommitHook;
import io.delta.kernel.hook.PostCommitHook.PostCommitHookType;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.utils.CloseableIterable;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An existing table that is maintained. Not thread-safe. */
final class MaintainedTable {

  /** Other writers may win this often before something must be wrong. */
  static final int MAX_CONFLICTS = 500;

  private static final Logger LOGGER = LoggerFactory.getLogger(MaintainedTable.class);

  private final Path path;
  private final Engine engine = KernelTable.engine();
  private final MaintenanceCommitter committer = new MaintenanceCommitter();

  MaintainedTable(Path path) {
    this.path = path;
  }

  Path path() {
    return path;
  }

  Engine engine() {
    return engine;
  }

  /** The latest version. */
  Snapshot load() throws IOException {
    try {
      return TableManager.loadSnapshot(path.toString()).withCommitter(committer).build(engine);
    } catch (TableNotFoundException absent) {
      FileNotFoundException failure =
          new FileNotFoundException("There is no Delta table at " + path);
      failure.initCause(absent);
      throw failure;
    }
  }

  /**
   * Publishes the version after a snapshot, or nothing.
   *
   * @return the version; empty when another writer took it: look again and decide anew
   * @throws IOException if it is not certain whether the version was published
   */
  OptionalLong tryCommit(Snapshot snapshot, MaintenanceCommit commit) throws IOException {
    committer.describe(commit);
    Transaction transaction =
        snapshot
            .buildUpdateTableTransaction(KernelTable.ENGINE_INFO, Operation.MANUAL_UPDATE)
            .withMaxRetries(0)
            .build(engine);
    TransactionCommitResult result;
    try {
      result =
          transaction.commit(
              engine,
              CloseableIterable.inMemoryIterable(
                  Utils.toCloseableIterator(commit.actions().iterator())));
    } catch (MaxCommitRetryLimitReachedException e) {
      if (e.getCause() instanceof CommitFailedException failed && failed.isConflict()) {
        return OptionalLong.empty();
      }
      throw new IOException(
          "Writing version "
              + (snapshot.getVersion() + 1)
              + " of table "
              + path
              + " failed: "
              + e.getMessage(),
          e);
    }
    runHooks(result);
    return OptionalLong.of(result.getVersion());
  }

  /** Checkpoints and checksums only speed readers up: a failure is told, the commit stands. */
  private void runHooks(TransactionCommitResult result) {
    boolean checkpoint =
        result.getPostCommitHooks().stream()
            .anyMatch(hook -> hook.getType() == PostCommitHookType.CHECKPOINT);
    for (PostCommitHook hook : result.getPostCommitHooks()) {
      // A full checksum reads the whole log: only when a checkpoint does so anyway.
      if (hook.getType() == PostCommitHookType.CHECKSUM_FULL && !checkpoint) {
        continue;
      }
      try {
        hook.threadSafeInvoke(engine);
      } catch (IOException | RuntimeException e) {
        LOGGER.warn(
            "Version {} of {} is committed, but its {} could not be written",
            result.getVersion(),
            path,
            hook.getType(),
            e);
      }
    }
  }

  /** The failure after too many conflicts. */
  IOException tooManyConflicts(String operation) {
    return new IOException(
        operation
            + " of table "
            + path
            + " gives up: other writers took the next version "
            + MAX_CONFLICTS
            + " times in a row. The table is as they left it; run it again when they write less");
  }
}
