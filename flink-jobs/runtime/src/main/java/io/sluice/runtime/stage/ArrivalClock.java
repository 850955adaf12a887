package io.sluice.runtime.stage;

import java.util.concurrent.atomic.AtomicLong;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;

/**
 * Time to live in arrival time: the latest arrival of a record that the operator has seen, in epoch
 * milliseconds. It stands still while the job is down, so an outage of any length makes no entry
 * expire, and it is never ahead of the processing clock: a timestamp that a producer made up does
 * not empty the state. It never goes back, whatever the processing clock does. RocksDB reads it in
 * its own threads.
 */
public final class ArrivalClock implements TtlTimeProvider {

  /** The clock of the backend that this thread made last; the operator takes it over. */
  private static final ThreadLocal<ArrivalClock> LAST = new ThreadLocal<>();

  private volatile long latest;

  /** What it has told last. */
  private final AtomicLong told = new AtomicLong();

  private final boolean ofBackend;

  private ArrivalClock(boolean ofBackend) {
    this.ofBackend = ofBackend;
  }

  /** A clock for the backend that the calling thread is about to make. */
  static ArrivalClock make() {
    ArrivalClock clock = new ArrivalClock(true);
    LAST.set(clock);
    return clock;
  }

  /**
   * The clock of the operator's backend, to be called while the operator initialises its state.
   *
   * @return a clock that nothing reads if the job has another backend
   */
  public static ArrivalClock ofOperator() {
    ArrivalClock clock = LAST.get();
    LAST.remove();
    return clock == null ? new ArrivalClock(false) : clock;
  }

  /** Whether the operator's backend tells times to live by it. */
  public boolean isOfBackend() {
    return ofBackend;
  }

  /** A record that arrived at this time was seen. */
  public void seen(long arrivalMillis) {
    if (arrivalMillis > latest) {
      latest = arrivalMillis;
    }
  }

  /** State from before was written at this time or earlier, in epoch milliseconds. */
  public void atLeast(long millis) {
    told.accumulateAndGet(millis, Math::max);
  }

  /** Nothing tells when the state that is there was written: it is as late as it may be. */
  public void begin() {
    atLeast(DEFAULT.currentTimestamp());
  }

  @Override
  public long currentTimestamp() {
    long now = Math.min(latest, DEFAULT.currentTimestamp());
    long last = told.get();
    return now <= last ? last : told.accumulateAndGet(now, Math::max);
  }
}
