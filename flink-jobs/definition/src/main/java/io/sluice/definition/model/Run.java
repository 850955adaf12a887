package io.sluice.definition.model;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * How a pipeline runs, wherever it does.
 *
 * @param parallelism parallel readers, writers and views, at most {@code maxParallelism}; empty if
 *     whoever starts the job decides
 * @param maxParallelism into how many ranges keyed state is divided; it cannot change once there is
 *     state
 * @param checkpoint how often state and tables are committed
 * @param restartBudget longest time between a failure and the next start of the job in which Kafka
 *     must not give up a message that waits for its commit
 */
public record Run(
    OptionalInt parallelism, int maxParallelism, Checkpoint checkpoint, Duration restartBudget) {

  /** Flink's own bound. */
  public static final int LARGEST_MAX_PARALLELISM = 1 << 15;

  /**
   * A number with many divisors. Each subtask keeps its state in as many ranges as it has shares of
   * this, and new keys come in at the end of each: with more of them, the ends no longer fit into
   * the processor's cache.
   */
  public static final int DEFAULT_MAX_PARALLELISM = 120;

  public static final Duration DEFAULT_RESTART_BUDGET = Duration.ofMinutes(10);

  public Run {
    if (maxParallelism < 1 || maxParallelism > LARGEST_MAX_PARALLELISM) {
      throw new IllegalArgumentException("maxParallelism is " + maxParallelism);
    }
    if (parallelism.isPresent()
        && (parallelism.getAsInt() < 1 || parallelism.getAsInt() > maxParallelism)) {
      throw new IllegalArgumentException("parallelism is " + parallelism.getAsInt());
    }
  }

  /** A pipeline that says nothing of it. */
  public static Run defaults() {
    return new Run(
        OptionalInt.empty(),
        DEFAULT_MAX_PARALLELISM,
        Profile.LATENCY.checkpoint(),
        DEFAULT_RESTART_BUDGET);
  }

  /**
   * When checkpoints are taken. Rows are in Delta tables after the next one.
   *
   * @param interval from the start of one to the start of the next
   * @param minPause from the end of one to the start of the next, at least
   * @param timeout after which one is given up
   */
  public record Checkpoint(Duration interval, Duration minPause, Duration timeout) {

    public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(2);

    /** With the default timeout, and half of the interval as the pause. */
    public static Checkpoint every(Duration interval) {
      return new Checkpoint(interval, interval.dividedBy(2), DEFAULT_TIMEOUT);
    }
  }

  /** What a pipeline is tuned for: the defaults of the rest. */
  public enum Profile {
    /** Rows are in Delta tables within a second or two. */
    LATENCY(Duration.ofSeconds(1)),
    /** Fewer and larger commits, for tables that are read in minutes. */
    THROUGHPUT(Duration.ofSeconds(10));

    private final Duration interval;

    Profile(Duration interval) {
      this.interval = interval;
    }

    public Checkpoint checkpoint() {
      return Checkpoint.every(interval);
    }
  }
}
