package io.sluice.connectors.kafka.catchup;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The {@link Pace} of a reader. It is behind as soon as so many records are pending that it would
 * need more than ten seconds for them, and at least {@value #LEAST_RECORDS}; it has caught up when
 * they are the work of a second. It is quiet when it has read nothing for a minute and nothing is
 * pending. In its first second it is live. For one thread.
 */
public final class CatchUp {

  /** A stop of some seconds is no reason to commit more rarely. */
  static final long LEAST_RECORDS = 50_000;

  /** Of {@link #LEAST_RECORDS}, to have caught up in any case. */
  private static final long FEW_RECORDS = LEAST_RECORDS / 10;

  /** What a measured rate counts after a second that was slower: a pause of seconds is no end. */
  private static final double KEPT = 0.8;

  private static final double BEHIND_SECONDS = 10;
  private static final double CAUGHT_UP_SECONDS = 1;
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
  private static final long RATE_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long QUIET_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final LongSupplier clock;
  private final LongSupplier pending;

  private long looked;
  private long counted;
  private long countedAt;
  private long seen;
  private long readAt;
  private double recordsPerSecond;
  private boolean measured;
  private Pace pace = Pace.LIVE;

  /**
   * @param clock in nanoseconds, of any origin
   * @param pending how many records have not been read yet
   */
  public CatchUp(LongSupplier clock, LongSupplier pending) {
    this.clock = clock;
    this.pending = pending;
    countedAt = clock.getAsLong();
    readAt = countedAt;
    looked = countedAt - LOOK_NANOS;
  }

  public Pace pace() {
    return pace;
  }

  /**
   * Looks, at most five times a second, and each time while it is quiet.
   *
   * @param read how many records were read since the reader began
   * @return whether the pace has changed
   */
  public boolean look(long read) {
    long now = clock.getAsLong();
    if (now - looked < LOOK_NANOS && pace != Pace.QUIET) {
      return false;
    }
    looked = now;
    measure(read, now);
    Pace before = pace;
    pace = measured ? paceWith(pending.getAsLong(), now) : pace;
    return pace != before;
  }

  private void measure(long read, long now) {
    if (read != seen) {
      seen = read;
      readAt = now;
    }
    long elapsed = now - countedAt;
    if (elapsed >= RATE_NANOS) {
      recordsPerSecond = Math.max((read - counted) * 1e9 / elapsed, KEPT * recordsPerSecond);
      measured = true;
      counted = read;
      countedAt = now;
    }
  }

  private Pace paceWith(long records, long now) {
    if (isBehind(records)) {
      return Pace.BEHIND;
    }
    return records == 0 && now - readAt >= QUIET_NANOS ? Pace.QUIET : Pace.LIVE;
  }

  private boolean isBehind(long records) {
    return pace == Pace.BEHIND
        ? records >= FEW_RECORDS && records > CAUGHT_UP_SECONDS * recordsPerSecond
        : records >= LEAST_RECORDS && records > BEHIND_SECONDS * recordsPerSecond;
  }
}
