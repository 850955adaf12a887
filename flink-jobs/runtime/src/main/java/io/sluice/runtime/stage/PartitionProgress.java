package io.sluice.runtime.stage;

import java.util.Arrays;

/**
 * Event-time progress of one partition.
 *
 * <p>Its watermark depends on the records of the partition alone, in their order, so that a replay
 * sees the same watermark at the same record. Only silence, which decides whether the partition
 * holds others back, looks at a clock.
 */
public final class PartitionProgress {
  private final long maxOutOfOrdernessMillis;
  private final History history = new History();
  private long maxEventTime;
  private long lastActivity;

  public PartitionProgress(long maxOutOfOrdernessMillis, long maxEventTime, long now) {
    this.maxOutOfOrdernessMillis = maxOutOfOrdernessMillis;
    this.maxEventTime = maxEventTime;
    this.lastActivity = now;
  }

  /** Highest event time so far, {@code Long.MIN_VALUE} before the first record. */
  public long maxEventTime() {
    return maxEventTime;
  }

  /** No event at or below this time is expected any more. */
  public long watermark() {
    return maxEventTime <= Long.MIN_VALUE + maxOutOfOrdernessMillis
        ? Long.MIN_VALUE
        : maxEventTime - maxOutOfOrdernessMillis - 1;
  }

  /** The watermark as it stood {@link History#SAMPLES} samples ago. */
  long formerWatermark() {
    return history.oldest();
  }

  /** Remembers the watermark of this moment. */
  void sample() {
    history.add(watermark());
  }

  public void advance(long eventTime) {
    if (eventTime > maxEventTime) {
      maxEventTime = eventTime;
    }
  }

  public void active(long now) {
    lastActivity = now;
  }

  boolean silent(long now, long idlenessMillis) {
    return now - lastActivity >= idlenessMillis;
  }

  /** A value as it stood some samples ago; {@code Long.MIN_VALUE} before there are as many. */
  static final class History {
    /** Age of the oldest sample, in samples. */
    static final int SAMPLES = 8;

    private final long[] ring = new long[SAMPLES + 1];
    private int next;

    History() {
      Arrays.fill(ring, Long.MIN_VALUE);
    }

    void add(long value) {
      ring[next] = value;
      next = (next + 1) % ring.length;
    }

    long oldest() {
      return ring[next];
    }
  }
}
