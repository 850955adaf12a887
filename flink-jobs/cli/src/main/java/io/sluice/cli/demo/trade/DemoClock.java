package io.sluice.cli.demo.trade;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Wall-clock time in microseconds that never jumps: read once, then carried on by the monotonic
 * clock. Send times and observations use the same instance, so their difference is a duration.
 */
public final class DemoClock {
  private final long startMicros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  private final long startNanos = System.nanoTime();

  /** Microseconds since 1970-01-01T00:00:00Z. */
  public long micros() {
    return startMicros + (System.nanoTime() - startNanos) / 1000;
  }

  /**
   * Waits until a time is reached; returns early when the thread is interrupted.
   *
   * @param micros microseconds since 1970
   */
  public void awaitMicros(long micros) {
    long left = micros - micros();
    while (left > 0 && !Thread.currentThread().isInterrupted()) {
      LockSupport.parkNanos(left * 1000);
      left = micros - micros();
    }
  }
}
