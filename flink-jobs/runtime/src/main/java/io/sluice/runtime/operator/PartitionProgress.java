package io.sluice.runtime.operator;

/**
 * Event-time progress of one partition.
 *
 * <p>Its watermark depends on the records of the partition alone, in their order, so that a replay
 * sees the same watermark at the same record. Only idleness, which decides whether the partition
 * holds others back, looks at a clock.
 */
final class PartitionProgress {
  private final long maxOutOfOrdernessMillis;
  private long maxEventTime;
  private long lastActivity;

  PartitionProgress(long maxOutOfOrdernessMillis, long maxEventTime, long now) {
    this.maxOutOfOrdernessMillis = maxOutOfOrdernessMillis;
    this.maxEventTime = maxEventTime;
    this.lastActivity = now;
  }

  /** Highest event time so far, {@code Long.MIN_VALUE} before the first record. */
  long maxEventTime() {
    return maxEventTime;
  }

  /** No event at or below this time is expected any more. */
  long watermark() {
    return maxEventTime == Long.MIN_VALUE
        ? Long.MIN_VALUE
        : maxEventTime - maxOutOfOrdernessMillis - 1;
  }

  void advance(long eventTime) {
    if (eventTime > maxEventTime) {
      maxEventTime = eventTime;
    }
  }

  void active(long now) {
    lastActivity = now;
  }

  boolean idle(long now, long idlenessMillis) {
    return now - lastActivity >= idlenessMillis;
  }
}
