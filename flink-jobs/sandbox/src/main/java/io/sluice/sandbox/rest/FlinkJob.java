package io.sluice.sandbox.rest;

import java.util.Set;

/**
 * A job as the cluster lists it.
 *
 * @param id 32 hexadecimal digits
 * @param state such as RUNNING, RESTARTING, FINISHED, FAILED, CANCELED
 * @param startMillis epoch milliseconds
 * @param endMillis epoch milliseconds, -1 while it has not ended
 */
public record FlinkJob(String id, String name, String state, long startMillis, long endMillis) {

  private static final Set<String> ENDED = Set.of("FINISHED", "FAILED", "CANCELED");

  /** Whether it will never run again under this id. */
  public boolean hasEnded() {
    return ENDED.contains(state);
  }
}
