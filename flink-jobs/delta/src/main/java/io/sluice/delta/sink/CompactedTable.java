package io.sluice.delta.sink;

import io.delta.kernel.Operation;
import io.delta.kernel.Snapshot;
import io.sluice.delta.commit.CommitMetrics;
import io.sluice.delta.commit.CommitTable;
import io.sluice.delta.commit.DeltaCommittable;
import io.sluice.delta.live.CompactionCandidates;
import io.sluice.delta.live.FileCount;
import io.sluice.delta.live.LiveFiles;
import io.sluice.delta.live.Moves;
import io.sluice.delta.log.MaintenanceCommit;
import io.sluice.delta.log.TableHead;
import io.sluice.delta.log.TableState;
import io.sluice.delta.rewrite.BackgroundCompaction;
import io.sluice.delta.rewrite.Rewrite;
import io.sluice.delta.rewrite.RewriteAttempt;
import io.sluice.delta.rewrite.RewriteResult;
import io.sluice.delta.schema.SchemaEvolution;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.apache.flink.annotation.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A table whose small files are packed in the background of the sink that writes it. Between the
 * sink's commits a compaction that is ready becomes a version of its own, and the next one begins.
 * A compaction that cannot be made or committed is dropped, counted and logged; the job goes on.
 */
@Internal
public final class CompactedTable implements CommitTable {

  private static final Logger LOGGER = LoggerFactory.getLogger(CompactedTable.class);

  /** Commits to wait after a failure before the next try. */
  private static final int PAUSE = 100;

  /**
   * No version names the files of a compaction that waits for the next commit, so a vacuum takes
   * them in the end: this is far below the shortest retention, and above the time between commits.
   */
  public static final Duration MAX_WAIT = Duration.ofDays(1);

  /** With so many conflicts, a compaction gives way: the next one may do. */
  private static final int MAX_CONFLICTS = 5;

  private final TableHead head;
  private final LiveFiles live;
  private final CommitTable table;
  private final BackgroundCompaction compaction;
  private final CommitMetrics metrics;

  /** The version that the compaction under way has read. */
  private Snapshot compacted;

  private int pause;
  private long commits;

  public CompactedTable(TableHead head, LiveFiles live, CommitTable table, CommitMetrics metrics) {
    this(head, live, table, metrics, System::nanoTime);
  }

  /**
   * @param live follows the head
   * @param table commits what the sink writes to the same head
   * @param nanos a clock that never goes back
   */
  public CompactedTable(
      TableHead head,
      LiveFiles live,
      CommitTable table,
      CommitMetrics metrics,
      LongSupplier nanos) {
    this.head = head;
    this.live = live;
    this.table = table;
    this.metrics = metrics;
    compaction = new BackgroundCompaction(head.table(), head.layout(), nanos);
  }

  @Override
  public TableState current() throws IOException {
    return table.current();
  }

  @Override
  public TableState refresh() throws IOException {
    return table.refresh();
  }

  @Override
  public boolean tryCommit(DeltaCommittable committable, Map<String, Long> transactions)
      throws IOException {
    return table.tryCommit(committable, transactions);
  }

  @Override
  public void afterCommits() throws IOException {
    commits++;
    try {
      publish(compaction.poll());
      if (pause > 0) {
        pause--;
      } else if (compaction.isIdle()) {
        startNext();
      }
    } catch (ExecutionException | IOException | RuntimeException e) {
      failed(e);
    }
  }

  @Override
  public Optional<FileCount> files() {
    return table.files();
  }

  private void publish(Optional<Rewrite> ready) throws IOException {
    if (ready.isEmpty()) {
      return;
    }
    RewriteResult result =
        compaction.waited().compareTo(MAX_WAIT) > 0
            ? RewriteAttempt.dropped(head.table(), List.of(ready.get()))
            : commit(ready.get());
    metrics.compacted(result.version());
    if (result.version().isEmpty()) {
      LOGGER.info(
          "A compaction of {} files of {} was dropped: they or the table's schema changed meanwhile, or what was written waited too long for a commit or is gone",
          result.filesDropped(),
          head.table());
    }
  }

  /** Publishes the compaction that was begun, if one was. */
  public void await() throws IOException, ExecutionException {
    publish(compaction.await());
  }

  public boolean isCompacting() {
    return compaction.isWriting();
  }

  /**
   * Publishes a compaction, unless other writers changed its files in other ways than deleting
   * rows.
   *
   * @throws IOException if it is not certain whether it was published
   */
  private RewriteResult commit(Rewrite rewrite) throws IOException {
    try {
      return tryCommit(rewrite);
    } catch (IOException | RuntimeException e) {
      head.forget();
      throw e;
    }
  }

  private RewriteResult tryCommit(Rewrite rewrite) throws IOException {
    for (int conflicts = 0; conflicts < MAX_CONFLICTS; conflicts++) {
      if (conflicts > 0) {
        // Also looks at the schema, which may be another by now.
        head.refresh();
      }
      live.load(head);
      RewriteAttempt attempt =
          new RewriteAttempt(
              head.table(),
              live,
              RewriteAttempt.fitting(List.of(rewrite), compacted, head.snapshot()));
      if (attempt.isEmpty()) {
        break;
      }
      MaintenanceCommit commit =
          attempt.describe(RewriteAttempt.COMPACTION, System.currentTimeMillis());
      if (head.publish(
          Operation.MANUAL_UPDATE,
          commit.description(),
          commit.actions(),
          Map.of(),
          SchemaEvolution.NONE)) {
        live.committed(head.current().version(), attempt.merge());
        return attempt.committed(head.table(), head.current().version());
      }
      attempt.conflicted();
    }
    return RewriteAttempt.dropped(head.table(), List.of(rewrite));
  }

  private void startNext() throws IOException {
    // A small table that changes all the time would be rewritten with every commit otherwise.
    boolean alsoWasteful = commits % CompactionCandidates.FAN_IN == 0;
    if (live.candidates().next(alsoWasteful).isEmpty()) {
      return;
    }
    live.load(head);
    List<Moves.Input> inputs = live.inputs(live.candidates().next(alsoWasteful));
    if (!inputs.isEmpty()) {
      compacted = head.snapshot();
      compaction.start(compacted, inputs);
    }
  }

  private void failed(Exception failure) {
    pause = PAUSE;
    metrics.compactionFailed();
    LOGGER.warn(
        "A compaction of {} failed; its files stay as they are, and the next {} commits go without",
        head.table(),
        PAUSE,
        failure);
  }

  @Override
  public void close() throws IOException {
    try (table) {
      compaction.close();
    }
  }
}
