package io.sluice.job;

import io.sluice.definition.model.Run;
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
 * How a pipeline runs, in Flink's words. Everything that exactly-once depends on is set here and
 * not left to the cluster's configuration.
 *
 * @param parallelism at most {@link Run#maxParallelism()}
 * @param run what the pipeline says
 */
record JobSettings(int parallelism, Run run) {

  /**
   * How long a record of the live path may wait for company before it is sent on: not at all. Under
   * load the next task is busy, and company gathers by itself.
   */
  static final Duration LIVE_BUFFER_TIMEOUT = Duration.ZERO;

  /** How long an event of a window may wait, at most, before it is sent on. */
  static final Duration WINDOW_BUFFER_TIMEOUT = Duration.ofMillis(100);

  JobSettings {
    if (parallelism < 1 || parallelism > run.maxParallelism()) {
      throw new IllegalArgumentException(
          "The parallelism is %d; it must be from 1 to %d, the pipeline's run.maxParallelism."
              .formatted(parallelism, run.maxParallelism()));
    }
  }

  static JobSettings defaults(int parallelism) {
    return new JobSettings(parallelism, Run.defaults());
  }

  private Duration interval() {
    return run.checkpoint().interval();
  }

  Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(PipelineOptions.OBJECT_REUSE, true);
    configuration.set(PipelineOptions.MAX_PARALLELISM, run.maxParallelism());
    configuration.set(PipelineOptions.AUTO_WATERMARK_INTERVAL, Duration.ofMillis(50));
    // What goes to tables and topics is committed with the next checkpoint, whose barrier flushes.
    // Each output has a thread that wakes up as often.
    configuration.set(ExecutionOptions.BUFFER_TIMEOUT, Duration.ofSeconds(1));
    configuration.set(CheckpointingOptions.CHECKPOINTING_CONSISTENCY_MODE, exactlyOnce());
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, interval());
    configuration.set(
        CheckpointingOptions.CHECKPOINTING_INTERVAL_DURING_BACKLOG,
        run.checkpoint().backlogInterval());
    configuration.set(
        CheckpointingOptions.MIN_PAUSE_BETWEEN_CHECKPOINTS, run.checkpoint().minPause());
    configuration.set(CheckpointingOptions.CHECKPOINTING_TIMEOUT, run.checkpoint().timeout());
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
    run.flink().forEach(configuration::setString);
    return configuration;
  }

  private static CheckpointingMode exactlyOnce() {
    return CheckpointingMode.EXACTLY_ONCE;
  }
}
