package io.sluice.connectors.kafka.catchup;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Whether a reader is catching up. It begins to when as many records are pending as it would need
 * more than ten seconds for, and at least {@value #LEAST_RECORDS}; it has caught up when they are
 * the work of a second. Not before it has read for a second. For one thread.
 */
public final class CatchUp {

  /** A stop of some seconds is no reason to commit more rarely. */
  static final long LEAST_RECORDS = 50_000;

  /** Of {@link #LEAST_RECORDS}, to have caught up in any case. */
  private static final long FEW_RECORDS = LEAST_RECORDS / 10;

  /** What a pace counts after a second that was slower: a pause of seconds is not its end. */
  private static final double KEPT = 0.8;

  private static final double BEHIND_SECONDS = 10;
  private static final double CAUGHT_UP_SECONDS = 1;
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long PACE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final LongSupplier clock;
  private final LongSupplier pending;

  private long looked;
  private long counted;
  private long countedAt;
  private double recordsPerSecond;
  private boolean paced;
  private boolean behind;

  /**
   * @param clock in nanoseconds, of any origin
   * @param pending how many records have not been read yet
   */
  public CatchUp(LongSupplier clock, LongSupplier pending) {
    this.clock = clock;
    this.pending = pending;
    countedAt = clock.getAsLong();
    looked = countedAt - LOOK_NANOS;
  }

  public boolean isBehind() {
    return behind;
  }

  /**
   * Looks, at most five times a second.
   *
   * @param read how many records were read since the reader began
   * @return whether that has changed
   */
  public boolean look(long read) {
    long now = clock.getAsLong();
    if (now - looked < LOOK_NANOS) {
      return false;
    }
    looked = now;
    measure(read, now);
    boolean before = behind;
    behind = paced && isBehind(pending.getAsLong());
    return behind != before;
  }

  private void measure(long read, long now) {
    long elapsed = now - countedAt;
    if (elapsed >= PACE_NANOS) {
      recordsPerSecond = Math.max((read - counted) * 1e9 / elapsed, KEPT * recordsPerSecond);
      paced = true;
      counted = read;
      countedAt = now;
    }
  }

  private boolean isBehind(long records) {
    return behind
        ? records >= FEW_RECORDS && records > CAUGHT_UP_SECONDS * recordsPerSecond
        : records >= LEAST_RECORDS && records > BEHIND_SECONDS * recordsPerSecond;
  }
}
