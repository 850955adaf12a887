package io.sluice.definition.model;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

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
 * @param flink settings of Flink by key, in Flink's own writing; none that exactly-once depends on
 */
public record Run(
    OptionalInt parallelism,
    int maxParallelism,
    Checkpoint checkpoint,
    Duration restartBudget,
    Map<String, String> flink) {

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
    flink = Collections.unmodifiableMap(new TreeMap<>(flink));
    if (maxParallelism < 1 || maxParallelism > LARGEST_MAX_PARALLELISM) {
      throw new IllegalArgumentException("maxParallelism is " + maxParallelism);
    }
    if (parallelism.isPresent()
        && (parallelism.getAsInt() < 1 || parallelism.getAsInt() > maxParallelism)) {
      throw new IllegalArgumentException("parallelism is " + parallelism.getAsInt());
    }
  }

  /** With Flink's settings as the job has them. */
  public Run(
      OptionalInt parallelism, int maxParallelism, Checkpoint checkpoint, Duration restartBudget) {
    this(parallelism, maxParallelism, checkpoint, restartBudget, Map.of());
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
   * How long a transaction of Kafka may be open: from its first message to the second checkpoint
   * after it, and for as long as the job may be down, with a minute to spare. The broker must allow
   * it ({@code transaction.max.timeout.ms}, 15 minutes by default).
   */
  public Duration transactionTimeout() {
    return checkpoint
        .backlogInterval()
        .plus(checkpoint.timeout())
        .plus(restartBudget)
        .plusMinutes(1);
  }

  /**
   * When checkpoints are taken. Rows are in Delta tables after the next one.
   *
   * @param interval from the start of one to the start of the next
   * @param minPause from the end of one to the start of the next, at least; at most {@code
   *     interval}, which it would stretch otherwise
   * @param timeout after which one is given up
   * @param backlogInterval from one to the next while a source is catching up, or while none has
   *     anything to read; at least {@code interval}
   */
  public record Checkpoint(
      Duration interval, Duration minPause, Duration timeout, Duration backlogInterval) {

    public static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(2);

    /**
     * Rows of a source that is catching up are ten seconds late anyway, and each commit costs
     * processor time, in a bucket also requests.
     */
    private static final int RARER_DURING_BACKLOG = 10;

    private static final Duration RARE_ENOUGH = Duration.ofMinutes(1);

    public Checkpoint {
      if (interval.compareTo(minPause) < 0) {
        throw new IllegalArgumentException("minPause is longer than interval");
      }
      if (backlogInterval.compareTo(interval) < 0) {
        throw new IllegalArgumentException("backlogInterval is shorter than interval");
      }
    }

    /** Ten times rarer during a backlog, up to a minute. */
    public Checkpoint(Duration interval, Duration minPause, Duration timeout) {
      this(interval, minPause, timeout, rarer(interval));
    }

    private static Duration rarer(Duration interval) {
      Duration rarer = interval.multipliedBy(RARER_DURING_BACKLOG);
      return longer(interval, rarer.compareTo(RARE_ENOUGH) < 0 ? rarer : RARE_ENOUGH);
    }

    private static Duration longer(Duration one, Duration other) {
      return one.compareTo(other) < 0 ? other : one;
    }

    /** With the default timeout, and half of the interval as the pause. */
    public static Checkpoint every(Duration interval) {
      return new Checkpoint(interval, interval.dividedBy(2), DEFAULT_TIMEOUT);
    }

    /** The same, once a minute during a backlog. */
    public static Checkpoint sparing(Duration interval) {
      return new Checkpoint(
          interval, interval.dividedBy(2), DEFAULT_TIMEOUT, longer(interval, RARE_ENOUGH));
    }
  }

  /** What a pipeline is tuned for: the defaults of the rest. */
  public enum Profile {
    /** Rows are in Delta tables within a second or two. */
    LATENCY(Duration.ofSeconds(1)),
    /** Fewer and larger commits, for tables that are read in minutes. */
    THROUGHPUT(Duration.ofSeconds(10)),
    /** As {@link #LATENCY} for what has just come, and once a minute during a backlog. */
    ECO(Duration.ofSeconds(1));

    private final Duration interval;

    Profile(Duration interval) {
      this.interval = interval;
    }

    public Checkpoint checkpoint() {
      return every(interval);
    }

    /** With another interval. */
    public Checkpoint every(Duration interval) {
      return this == ECO ? Checkpoint.sparing(interval) : Checkpoint.every(interval);
    }
  }
}
