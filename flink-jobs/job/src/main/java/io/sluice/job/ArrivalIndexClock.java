package io.sluice.job;

import io.sluice.delta.upsert.IndexClock;
import io.sluice.runtime.stage.ArrivalClock;

/**
 * The index of an upsert ages as the rest of a pipeline's state does, in time of arrival: an outage
 * of any length forgets nothing, and a replay forgets the same.
 */
record ArrivalIndexClock(ArrivalClock clock) implements IndexClock {

  /** That of the operator's backend. */
  static IndexClock ofOperator() {
    return new ArrivalIndexClock(ArrivalClock.ofOperator());
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
