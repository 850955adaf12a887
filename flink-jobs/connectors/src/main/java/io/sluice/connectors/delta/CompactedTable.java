package io.sluice.connectors.delta;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A table whose small files are packed in the background of the sink that writes it. Between the
 * sink's commits a compaction that is ready becomes a version of its own, and the next one begins.
 * A compaction that cannot be made or committed is dropped, counted and logged; the job goes on.
 */
final class CompactedTable implements CommitTable {

  private static final Logger LOGGER = LoggerFactory.getLogger(CompactedTable.class);

  /** Commits to wait after a failure before the next try. */
  private static final int PAUSE = 100;

  /**
   * No version names the files of a compaction that waits for the next commit, so a vacuum takes
   * them in the end: this is far below the shortest retention, and above the time between commits.
   */
  static final Duration MAX_WAIT = Duration.ofDays(1);

  private final KernelTable table;
  private final BackgroundCompaction compaction;
  private final CommitMetrics metrics;
  private int pause;
  private long commits;

  CompactedTable(KernelTable table, CommitMetrics metrics) {
    this(table, metrics, System::nanoTime);
  }

  /**
   * @param nanos a clock that never goes back
   */
  CompactedTable(KernelTable table, CommitMetrics metrics, LongSupplier nanos) {
    this.table = table;
    this.metrics = metrics;
    compaction = table.compaction(nanos);
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
            ? RewriteAttempt.dropped(table.path(), List.of(ready.get()))
            : table.rewrite(ready.get());
    metrics.compacted(result);
    if (result.version().isEmpty()) {
      LOGGER.info(
          "A compaction of {} files of {} was dropped: they or the table's schema changed meanwhile, or what was written waited too long for a commit or is gone",
          result.filesDropped(),
          table.path());
    }
  }

  /** Publishes the compaction that was begun, if one was. */
  void await() throws IOException, ExecutionException {
    publish(compaction.await());
  }

  boolean isCompacting() {
    return compaction.isWriting();
  }

  private void startNext() throws IOException {
    // A small table that changes all the time would be rewritten with every commit otherwise.
    boolean alsoWasteful = commits % CompactionCandidates.FAN_IN == 0;
    List<Moves.Input> inputs = table.compactionInputs(alsoWasteful);
    if (!inputs.isEmpty()) {
      compaction.start(table.compacted(), inputs);
    }
  }

  private void failed(Exception failure) {
    pause = PAUSE;
    metrics.compactionFailed();
    LOGGER.warn(
        "A compaction of {} failed; its files stay as they are, and the next {} commits go without",
        table.path(),
        PAUSE,
        failure);
  }

  @Override
  public void close() throws IOException {
    compaction.close();
  }
}
