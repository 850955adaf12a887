package io.sluice.delta.commit;

import io.sluice.delta.live.FileCount;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.log.Statistics;
import java.time.Clock;
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
  private final WaitingRows committing;
  private volatile long lastVersion = -1;
  private volatile int activeFiles = -1;
  private volatile int smallFiles = -1;

  /**
   * @param metering names the table
   * @param parent the committer's group
   */
  public CommitMetrics(Metering metering, MetricGroup parent, Clock clock) {
    MetricGroup group = metering.group(parent);
    commits = group.counter(TableMetric.COMMITS.text());
    rows = group.counter(TableMetric.ROWS_COMMITTED.text());
    files = group.counter(TableMetric.FILES_COMMITTED.text());
    conflicts = group.counter(TableMetric.COMMIT_CONFLICTS.text());
    failedHooks = group.counter(TableMetric.FAILED_HOOKS.text());
    compactions = group.counter(TableMetric.COMPACTIONS.text());
    compactionsDropped = group.counter(TableMetric.COMPACTIONS_DROPPED.text());
    compactionsFailed = group.counter(TableMetric.COMPACTIONS_FAILED.text());
    durations =
        group.histogram(
            TableMetric.COMMIT_DURATION.text(), new DescriptiveStatisticsHistogram(COMMITS_KEPT));
    group.gauge(TableMetric.LAST_COMMIT_VERSION.text(), () -> lastVersion);
    group.gauge(TableMetric.FILES_ACTIVE.text(), () -> activeFiles);
    group.gauge(TableMetric.SMALL_FILES.text(), () -> smallFiles);
    committing = metering.waiting(parent, clock);
  }

  /** Something is to be committed: until all of it is, its rows wait. */
  void began() {
    committing.began();
  }

  /** All that was to be committed is. */
  void ended() {
    committing.ended();
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
