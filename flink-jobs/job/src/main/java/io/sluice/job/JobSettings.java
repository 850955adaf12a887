package io.sluice.job;

import io.sluice.runtime.stage.ArrivalTimeBackend;
import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExecutionOptions;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateBackendOptions;
import org.apache.flink.core.execution.CheckpointingMode;

/**
 * How a pipeline runs. Everything that exactly-once depends on is set here and not left to the
 * cluster's configuration.
 *
 * @param checkpointInterval bounds freshness: tables show rows after the next checkpoint
 * @param checkpointTimeout after which a checkpoint is given up and the next one tried
 * @param restartBudget longest time between a failure and the commit of pending transactions that
 *     must not lose them
 */
record JobSettings(
    int parallelism,
    Duration checkpointInterval,
    Duration checkpointTimeout,
    Duration restartBudget) {

  /**
   * How long a record of the live path may wait for company before it is sent on: not at all. Under
   * load the next task is busy, and company gathers by itself.
   */
  static final Duration LIVE_BUFFER_TIMEOUT = Duration.ZERO;

  /**
   * Number with many divisors; cannot change once a job has state. Each subtask keeps its state in
   * as many ranges as it has shares of this, and new keys come in at the end of each: with more of
   * them, the ends no longer fit into the processor's cache.
   */
  static final int MAX_PARALLELISM = 120;

  /**
   * While a source is catching up, checkpoints and commits are this many times rarer. Its rows are
   * ten seconds late anyway, and each commit costs processor time, in a bucket also requests.
   */
  private static final int RARER_DURING_BACKLOG = 5;

  static JobSettings defaults(int parallelism) {
    return new JobSettings(
        parallelism, Duration.ofSeconds(1), Duration.ofMinutes(2), Duration.ofMinutes(10));
  }

  /** The longest time from a checkpoint to the next one. */
  Duration backlogInterval() {
    return checkpointInterval.multipliedBy(RARER_DURING_BACKLOG);
  }

  /** Longer than a checkpoint can take plus the time to restart, within the broker's default. */
  Duration transactionTimeout() {
    return backlogInterval().plus(checkpointTimeout).plus(restartBudget).plusMinutes(1);
  }

  Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(PipelineOptions.OBJECT_REUSE, true);
    configuration.set(PipelineOptions.MAX_PARALLELISM, MAX_PARALLELISM);
    configuration.set(PipelineOptions.AUTO_WATERMARK_INTERVAL, Duration.ofMillis(50));
    // A timeout costs a thread per task that wakes up as often; the live path flushes at once.
    configuration.set(ExecutionOptions.BUFFER_TIMEOUT, Duration.ofMillis(100));
    configuration.set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, exactlyOnce());
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, checkpointInterval);
    configuration.set(
        CheckpointingOptions.CHECKPOINTING_INTERVAL_DURING_BACKLOG, backlogInterval());
    configuration.set(
        CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS, checkpointInterval.dividedBy(2));
    configuration.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, checkpointTimeout);
    configuration.set(CheckpointingOptions.MAX_CONCURRENT_CHECKPOINTS, 1);
    // An unaligned barrier could overtake a file that belongs to its checkpoint.
    configuration.set(CheckpointingOptions.ENABLE_UNALIGNED, false);
    // No source ends by itself. When a job is stopped, some of its sources may take their part of
    // the savepoint before they end and others after that: Flink takes the others for ended, and
    // refuses the savepoint because event time is union state.
    configuration.set(CheckpointingOptions.ENABLE_CHECKPOINTS_AFTER_TASKS_FINISH, false);
    configuration.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, 3);
    configuration.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    configuration.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
    configuration.set(
        StateBackendOptions.STATE_BACKEND, ArrivalTimeBackend.Factory.class.getName());
    configuration.setString("state.backend.rocksdb.use-bloom-filter", "true");
    // The keys of deduplication arrive in no order: merging runs of equal size rewrites them less
    // often than levels do, and they do not compress.
    configuration.setString("state.backend.rocksdb.compaction.style", "UNIVERSAL");
    configuration.setString("state.backend.rocksdb.compression.per.level", "NO_COMPRESSION");
    // A quarter of them flush. All instances of a process share them.
    configuration.setString("state.backend.rocksdb.thread.num", "16");
    return configuration;
  }

  private static CheckpointingMode exactlyOnce() {
    return CheckpointingMode.EXACTLY_ONCE;
  }
}
