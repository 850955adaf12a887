package io.sluice.delta.upsert;

import java.io.Serializable;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.runtime.state.ttl.TtlTimeProvider;

/**
 * By what the entries of an upsert's index age: the clock by which the job's state backend tells
 * times to live, in milliseconds. It never goes back.
 */
@PublicEvolving
public interface IndexClock {

  /** The clock of Flink's own state backends. */
  IndexClock PROCESSING_TIME = TtlTimeProvider.DEFAULT::currentTimestamp;

  /** The time now. */
  long now();

  /** A row of this time was seen. */
  default void seen(long time) {
    // Processing time goes on by itself.
  }

  /** It is this time or later: state from before says so. */
  default void atLeast(long time) {
    // As above.
  }

  /** Nothing tells the time of what is there already: it is as late as it may be. */
  default void begin() {
    // As above.
  }

  /** Gives an operator its clock, at its start. */
  @FunctionalInterface
  interface Source extends Serializable {

    /**
     * To be called while the operator initialises its state, in its thread, before it asks for any
     * keyed state.
     */
    IndexClock ofOperator();
  }
}
