package io.sluice.definition.edit;

import java.io.Serializable;

/**
 * Where a view began to count.
 *
 * @param generation how often it has begun on the state of a running pipeline; 0 for one that was
 *     there when the pipeline first started
 * @param since windows that begin before this event time (epoch milliseconds) are left out, as the
 *     view has not seen all of their events
 */
public record ViewStart(int generation, long since) implements Serializable {
  /** Bits of a version that count events; those above hold the generation. */
  private static final int EVENT_BITS = 40;

  /** A view that was there from the first record on. */
  public static final ViewStart FIRST = new ViewStart(0, Long.MIN_VALUE);

  public ViewStart {
    if (generation < 0) {
      throw new IllegalArgumentException("A view's generation is not negative: " + generation);
    }
  }

  /**
   * What the versions of this generation begin behind. It is above all versions of the generations
   * before, so that the fences of the serving stores let its rows pass.
   */
  public long firstVersion() {
    return (long) generation << EVENT_BITS;
  }
}
