package io.sluice.job;

import io.sluice.delta.upsert.IndexClock;
import io.sluice.runtime.stage.ArrivalClock;
import io.sluice.runtime.stage.ArrivalTimeBackend;

/**
 * The index of an upsert ages as the rest of a pipeline's state does, in time of arrival: an outage
 * of any length forgets nothing.
 */
record ArrivalIndexClock(ArrivalClock clock) implements IndexClock {

  /**
   * That of the operator's backend.
   *
   * @throws IllegalStateException if the backend has another clock: entries would be gone that the
   *     upsert takes to be there
   */
  static IndexClock ofOperator() {
    ArrivalClock clock = ArrivalClock.ofOperator();
    if (!clock.isOfBackend()) {
      throw new IllegalStateException(
          "The index of an upsert with indexRetain ages by the clock of the job's state backend, and this job has another backend. Set state.backend.type to "
              + ArrivalTimeBackend.Factory.class.getName()
              + ", or leave indexRetain out");
    }
    return new ArrivalIndexClock(clock);
  }

  @Override
  public long now() {
    return clock.currentTimestamp();
  }

  @Override
  public void seen(long time) {
    clock.seen(time);
  }

  @Override
  public void atLeast(long time) {
    clock.atLeast(time);
  }

  @Override
  public void begin() {
    clock.begin();
  }
}
