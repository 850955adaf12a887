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
   * Whether a job can go on from a checkpoint with another number of tasks: not until each task has
   * written its own files after the state was divided last, which takes a minute or two.
   *
   * @param checkpoint a savepoint or checkpoint
   * @throws IOException if it cannot be read, or is no longer there
   */
  boolean isDivisible(String checkpoint) throws IOException;

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
