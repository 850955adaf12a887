package io.sluice.connectors.delta;

import java.time.Duration;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;

/**
 * Counts what the committer does; {@code lastCommitMillis} is the time of the last commit with its
 * hooks.
 */
final class CommitMetrics {

  private final Counter commits;
  private final Counter conflicts;
  private final Counter failedHooks;
  private volatile long lastCommitMillis;

  CommitMetrics(MetricGroup group) {
    commits = group.counter("commits");
    conflicts = group.counter("commitConflicts");
    failedHooks = group.counter("failedPostCommitHooks");
    group.gauge("lastCommitMillis", () -> lastCommitMillis);
  }

  void committed(Duration took) {
    commits.inc();
    lastCommitMillis = took.toMillis();
  }

  void conflict() {
    conflicts.inc();
  }

  void hookFailed() {
    failedHooks.inc();
  }
}
