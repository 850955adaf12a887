package io.sluice.delta.log;

import io.delta.kernel.Operation;
import io.delta.kernel.Snapshot;
import io.delta.kernel.Transaction;
import io.delta.kernel.TransactionCommitResult;
import io.delta.kernel.commit.CommitFailedException;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.exceptions.MaxCommitRetryLimitReachedException;
import io.delta.kernel.hook.PostCommitHook;
import io.delta.kernel.hook.PostCommitHook.PostCommitHookType;
import io.delta.kernel.internal.SnapshotImpl;
import io.delta.kernel.internal.TableConfig;
import io.delta.kernel.internal.TransactionImpl;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.utils.CloseableIterable;
import io.sluice.delta.schema.NumberProperties;
import io.sluice.delta.schema.SchemaEvolution;
import io.sluice.delta.storage.CheckpointFile;
import io.sluice.delta.storage.LogNames;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Publishes single versions of a table, and sees to what follows a commit. */
final class VersionPublisher {

  private static final Logger LOGGER = LoggerFactory.getLogger(VersionPublisher.class);

  /** Of a task that ends, and of a commit that writes a log checkpoint. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private static final String CHECKPOINT_PROTECTION = "checkpointProtection";

  private final TableStorage table;
  private final Engine engine;
  private final Runnable onHookFailure;
  private final LogCleanUp cleanUp;
  private final AtomicBoolean failed = new AtomicBoolean();

  /** The last that is done aside, after all before it. */
  private CompletableFuture<Void> aside = CompletableFuture.completedFuture(null);

  VersionPublisher(TableStorage table, Engine engine, Runnable onHookFailure) {
    this.table = table;
    this.engine = engine;
    this.onHookFailure = onHookFailure;
    cleanUp = new LogCleanUp(table);
  }

  /**
   * Publishes the version after a snapshot, or nothing.
   *
   * @return empty when another writer took the version, or the log is not the one that the snapshot
   *     was read from any more: look again and decide anew
   * @throws IOException if it is not certain whether the version was published
   */
  Optional<TransactionCommitResult> publish(
      Snapshot snapshot, Operation operation, List<Row> actions) throws IOException {
    return publish(snapshot, operation, actions, SchemaEvolution.NONE);
  }

  /** Publishes a version that also changes the table's schema. */
  Optional<TransactionCommitResult> publish(
      Snapshot snapshot, Operation operation, List<Row> actions, SchemaEvolution evolution)
      throws IOException {
    if (!LogEntry.of(table, snapshot).stands()) {
      return Optional.empty();
    }
    // Kernel would read it when the version is published already.
    NumberProperties.of(table, TableConfig.CHECKPOINT_INTERVAL, snapshot);
    TransactionCommitResult result;
    try {
      result =
          transaction(snapshot, operation, evolution)
              .commit(
                  engine,
                  CloseableIterable.inMemoryIterable(
                      Utils.toCloseableIterator(actions.iterator())));
    } catch (MaxCommitRetryLimitReachedException e) {
      if (e.getCause() instanceof CommitFailedException failed && failed.isConflict()) {
        return Optional.empty();
      }
      throw new IOException(
          "Writing version "
              + (snapshot.getVersion() + 1)
              + " of table "
              + table
              + " failed: "
              + e.getMessage(),
          e);
    }
    runHooks(result);
    return Optional.of(result);
  }

  private Transaction transaction(
      Snapshot snapshot, Operation operation, SchemaEvolution evolution) {
    if (evolution.isEmpty()) {
      return snapshot
          .buildUpdateTableTransaction(DescribingCommitter.ENGINE_INFO, operation)
          .withMaxRetries(0)
          .build(engine);
    }
    // Kernel's builder changes schemas of tables with column mapping only. Its transaction changes
    // any, and makes checksum and snapshot of the version from the new schema.
    SnapshotImpl read = (SnapshotImpl) snapshot;
    return new TransactionImpl(
        false,
        read.getDataPath(),
        Optional.of(read),
        DescribingCommitter.ENGINE_INFO,
        operation,
        evolution.protocol(),
        evolution.metadata(),
        read.getCommitter(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(0),
        0,
        System::currentTimeMillis);
  }

  /** Whether a commit asks for a log checkpoint. */
  static boolean wantsCheckpoint(TransactionCommitResult result) {
    return result.getPostCommitHooks().stream()
        .anyMatch(hook -> hook.getType() == PostCommitHookType.CHECKPOINT);
  }

  /**
   * Removes log entries that are older than the table keeps them and that a proven log checkpoint
   * replaces; a bounded number of them.
   *
   * @param snapshot of a version that has a log checkpoint, but was not read from it
   * @return whether there may be more to remove
   */
  boolean cleanUp(SnapshotImpl snapshot) throws IOException {
    boolean kept =
        snapshot.getProtocol().getWriterFeatures().contains(CHECKPOINT_PROTECTION)
            || !TableConfig.EXPIRED_LOG_CLEANUP_ENABLED.fromMetadata(snapshot.getMetadata());
    if (kept) {
      return false;
    }
    prove(snapshot);
    long cutOff =
        table.clock(Clock.systemUTC()).millis()
            - NumberProperties.of(table, TableConfig.LOG_RETENTION, snapshot);
    cleanUp.run(snapshot.getVersion(), cutOff);
    return !cleanUp.isDone(snapshot.getVersion(), cutOff);
  }

  /** Without a checksum, the log itself must say how many files a checkpoint has to hold. */
  private void prove(SnapshotImpl snapshot) throws IOException {
    String checkpoint = LogNames.checkpoint(snapshot.getVersion());
    if (!table.exists(checkpoint)
        || CheckpointFile.liveFiles(table, snapshot.getVersion()).isPresent()) {
      return;
    }
    long held = CheckpointFile.read(table, checkpoint).files();
    long live = LiveFile.in(engine, snapshot).size();
    if (held != live) {
      throw new IOException(
          "No entry of the log is cleaned up: the log checkpoint %s holds %d live files, the log before it %d. Remove the checkpoint"
              .formatted(table.path(checkpoint), held, live));
    }
  }

  /** Checkpoints and checksums only speed readers up: a failure is told, the commit stands. */
  void runHooks(TransactionCommitResult result) {
    boolean checkpoint = wantsCheckpoint(result);
    if (checkpoint) {
      // The clean-up looks for the checksums of versions.
      settle();
    }
    for (PostCommitHook hook : checksumFirst(result.getPostCommitHooks())) {
      // A full checksum reads the whole log; with a checkpoint it is cheap enough, and simple ones
      // follow from it.
      if (hook.getType() == PostCommitHookType.CHECKSUM_FULL && !checkpoint) {
        continue;
      }
      if (hook.getType() == PostCommitHookType.CHECKSUM_SIMPLE && !checkpoint) {
        later(() -> run(hook, result), hook.getType().toString(), result.getVersion());
      } else {
        tryRun(() -> run(hook, result), hook.getType().toString(), result.getVersion());
      }
    }
    if (checkpoint && result.getPostCommitSnapshot().isPresent()) {
      SnapshotImpl snapshot = (SnapshotImpl) result.getPostCommitSnapshot().get();
      later(() -> cleanUp(snapshot), "clean-up of the log", result.getVersion());
    }
    if (failed.getAndSet(false)) {
      onHookFailure.run();
    }
  }

  /** Something that follows a commit. */
  @FunctionalInterface
  private interface Follower {
    void run() throws IOException;
  }

  private void later(Follower follower, String what, long version) {
    aside = CompletableFuture.runAsync(() -> tryRun(follower, what, version), table.aside());
  }

  private void tryRun(Follower follower, String what, long version) {
    try {
      follower.run();
    } catch (IOException | RuntimeException e) {
      failed.set(true);
      LOGGER.warn(
          "Version {} of {} is committed, but its {} could not be done", version, table, what, e);
    }
  }

  /** Waits for what is done aside, for a while: only readers are faster with it. */
  void settle() {
    try {
      aside.get(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOGGER.warn("What follows the last commit to {} is not done", table, e);
    }
  }

  /**
   * Kernel's own hooks look for the version's log checkpoint and list the log for it; the snapshot
   * of the commit knows its files.
   */
  private void run(PostCommitHook hook, TransactionCommitResult result) throws IOException {
    if (result.getPostCommitSnapshot().isEmpty()) {
      hook.threadSafeInvoke(engine);
      return;
    }
    SnapshotImpl snapshot = (SnapshotImpl) result.getPostCommitSnapshot().get();
    switch (hook.getType()) {
      case CHECKPOINT -> snapshot.writeCheckpoint(engine);
      case CHECKSUM_FULL -> snapshot.writeChecksum(engine, Snapshot.ChecksumWriteMode.FULL);
      default -> hook.threadSafeInvoke(engine);
    }
  }

  /** What a version adds to the checksum before it proves its checkpoint. */
  private static List<PostCommitHook> checksumFirst(List<PostCommitHook> hooks) {
    List<PostCommitHook> sorted = new ArrayList<>(hooks);
    sorted.sort(Comparator.comparing(hook -> hook.getType() != PostCommitHookType.CHECKSUM_SIMPLE));
    return sorted;
  }
}
