package io.sluice.delta.commit;

import io.sluice.delta.live.FileCount;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.log.Statistics;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.apache.flink.annotation.Internal;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;

/**
 * Counts what the committer does. {@code rowsCommitted} are those of new files, also when they
 * replace others; {@code commit_duration_ms} are the last commits with their hooks; the numbers of
 * files are as of the last commit, -1 while they are not known.
 */
@Internal
public final class CommitMetrics {

  private static final int COMMITS_KEPT = 1000;

  private final Counter commits;
  private final Counter rows;
  private final Counter files;
  private final Counter conflicts;
  private final Counter failedHooks;
  private final Counter compactions;
  private final Counter compactionsDropped;
  private final Counter compactionsFailed;
  private final Histogram durations;
  private volatile long lastVersion = -1;
  private volatile int activeFiles = -1;
  private volatile int smallFiles = -1;

  public CommitMetrics(MetricGroup group) {
    commits = group.counter("commits");
    rows = group.counter("rowsCommitted");
    files = group.counter("filesCommitted");
    conflicts = group.counter("commitConflicts");
    failedHooks = group.counter("failedPostCommitHooks");
    compactions = group.counter("compactions");
    compactionsDropped = group.counter("compactionsDropped");
    compactionsFailed = group.counter("compactionsFailed");
    durations =
        group.histogram("commit_duration_ms", new DescriptiveStatisticsHistogram(COMMITS_KEPT));
    group.gauge("table_last_commit_version", () -> lastVersion);
    group.gauge("delta_files_active", () -> activeFiles);
    group.gauge("delta_small_files", () -> smallFiles);
  }

  void committed(long version, List<DeltaFile> added, Duration took) {
    commits.inc();
    files.inc(added.size());
    added.forEach(file -> rows.inc(Statistics.rows(file.stats()).orElse(0)));
    lastVersion = version;
    durations.update(took.toMillis());
  }

  void conflict() {
    conflicts.inc();
  }

  public void hookFailed() {
    failedHooks.inc();
  }

  /**
   * Counts a compaction.
   *
   * @param version of its commit; empty if it was dropped
   */
  public void compacted(OptionalLong version) {
    if (version.isPresent()) {
      compactions.inc();
      lastVersion = version.getAsLong();
    } else {
      compactionsDropped.inc();
    }
  }

  public void compactionFailed() {
    compactionsFailed.inc();
  }

  void files(FileCount count) {
    activeFiles = count.active();
    smallFiles = count.small();
  }
}
