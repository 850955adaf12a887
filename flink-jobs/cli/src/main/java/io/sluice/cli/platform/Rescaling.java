package io.sluice.cli.platform;

import java.io.IOException;
import java.util.Optional;

/** Another number of parallel tasks for a job while it runs. */
public interface Rescaling {

  /**
   * Why a job keeps its number of tasks for as long as it runs; empty if it does not. A savepoint
   * fits every number.
   */
  Optional<String> obstacle(String jobId) throws IOException, InterruptedException;

  /**
   * Asks for another number. The cluster takes the job's next checkpoint and starts its tasks again
   * from there as soon as it has the slots; the number outlives the JobManager.
   *
   * @param parallelism tasks of each stage; stages that send everything to one task keep one
   */
  void ask(String jobId, int parallelism) throws IOException, InterruptedException;

  /** Task slots of the cluster, whoever uses them. */
  int slots() throws IOException, InterruptedException;
}
