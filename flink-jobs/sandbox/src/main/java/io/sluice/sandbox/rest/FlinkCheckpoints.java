package io.sluice.sandbox.rest;

import java.util.Optional;

/**
 * Checkpoints of a job since it was submitted or its JobManager started.
 *
 * @param completed how many were completed
 * @param failed how many failed
 * @param latest the newest completed one
 * @param latestSavepoint path of the newest completed savepoint
 */
public record FlinkCheckpoints(
    long completed, long failed, Optional<Completed> latest, Optional<String> latestSavepoint) {

  /**
   * A completed checkpoint.
   *
   * @param path where it can be restored from
   * @param triggeredMillis epoch milliseconds
   * @param durationMillis from the trigger to the last acknowledgement
   * @param bytes size of the state that it refers to
   */
  public record Completed(
      long id, String path, long triggeredMillis, long durationMillis, long bytes) {}
}
