package io.sluice.cli.fault;

import io.sluice.cli.platform.Cluster;
import java.io.IOException;
import java.util.Optional;

/** Where the job of a scenario runs. */
public interface JobPlace {

  /**
   * Starts the shipped pipeline.
   *
   * @param restoreFrom a savepoint or retained checkpoint
   * @return the job's id; all of its tasks run
   */
  String submit(Optional<String> restoreFrom) throws IOException, InterruptedException;

  /** The Flink that runs the job, as it answers now. */
  Cluster cluster();
}
