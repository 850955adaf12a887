package io.sluice.cli.produce;

import java.util.concurrent.locks.LockSupport;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;

/** Holds a loop to a rate. Time lost is made up for, so that the average is kept. */
public final class Pace {
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  private final double rate;
  private final LongSupplier nanoTime;
  private final LongConsumer parkNanos;
  private long begin;
  private long count;

  /**
   * @param rate events per second; 0 for no limit
   */
  public Pace(double rate) {
    this(rate, System::nanoTime, LockSupport::parkNanos);
  }

  Pace(double rate, LongSupplier nanoTime, LongConsumer parkNanos) {
    if (rate < 0) {
      throw new IllegalArgumentException("A rate is 0 or more, not " + rate);
    }
    this.rate = rate;
    this.nanoTime = nanoTime;
    this.parkNanos = parkNanos;
  }

  /** Returns when the next event is due; the first is due at once. */
  public void await() {
    if (rate == 0) {
      return;
    }
    if (count == 0) {
      begin = nanoTime.getAsLong();
    }
    long due = begin + (long) (count * (NANOS_PER_SECOND / rate));
    count++;
    for (long left = due - nanoTime.getAsLong(); left > 0; left = due - nanoTime.getAsLong()) {
      parkNanos.accept(left);
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
    }
  }
}
