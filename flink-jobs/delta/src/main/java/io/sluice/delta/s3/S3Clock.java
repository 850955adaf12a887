package io.sluice.delta.s3;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import org.apache.flink.annotation.Internal;

/**
 * The clock of a store, told by the {@code Date} of its replies. Each reply says that the store's
 * time was within one second at some moment between request and reply; the difference to this
 * machine's monotonic clock is kept within what the newest reply allows.
 */
@Internal
final class S3Clock {

  private static final long SECOND = 1_000;

  private final LongSupplier monotonicMillis;
  private Long offset;

  S3Clock(LongSupplier monotonicMillis) {
    this.monotonicMillis = monotonicMillis;
  }

  static S3Clock ofMachine() {
    return new S3Clock(() -> System.nanoTime() / 1_000_000);
  }

  /** The moment before a request, for {@link #replied}. */
  long now() {
    return monotonicMillis.getAsLong();
  }

  /**
   * Takes a reply into account.
   *
   * @param date of the reply; milliseconds since the epoch, in whole seconds
   * @param asked the moment before the request
   */
  synchronized void replied(Optional<Long> date, long asked) {
    if (date.isPresent()) {
      long least = date.get() - now();
      long most = date.get() + SECOND - asked;
      offset = offset == null ? least : Math.min(Math.max(offset, least), most);
    }
  }

  /** The store's time; empty before its first reply. */
  synchronized OptionalLong millis() {
    return offset == null ? OptionalLong.empty() : OptionalLong.of(now() + offset);
  }
}
