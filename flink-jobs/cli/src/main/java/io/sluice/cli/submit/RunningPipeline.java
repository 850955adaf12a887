package io.sluice.cli.submit;

import io.sluice.cli.platform.Cluster;
import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.yaml.NameList;
import io.sluice.sandbox.process.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A pipeline whose job runs and was started from this home.
 *
 * @param job its job, all tasks of which run
 * @param files what it was submitted with
 * @param parallelism parallel tasks of its widest stage
 */
record RunningPipeline(Cluster.Job job, Submitted files, int parallelism) {

  /**
   * Finds it by name.
   *
   * @throws CommandFailure if it does not run, or is not known here
   */
  static RunningPipeline find(String name, Cluster cluster, SubmittedPipelines submitted)
      throws IOException, InterruptedException {
    Cluster.Job job = active(name, cluster);
    Optional<Submitted> files = submitted.find(name);
    if (files.isEmpty() || !files.get().jobs().contains(job.id())) {
      throw new CommandFailure(
          "The job %s of %s was not submitted from this home, or an upgrade to it was killed: what it runs is not known here. Stop it, and submit the file that you want from its savepoint: sluice stop %s --savepoint, then sluice submit FILE --from SAVEPOINT"
              .formatted(job.id(), name, job.id()));
    }
    if (!cluster.allTasksRunning(job.id())) {
      throw new CommandFailure(
          "Not all tasks of %s run (%s), so there would be no savepoint to go on from.%s Wait until they do ('sluice status' shows it), or go on from its last checkpoint: sluice stop %s, then sluice submit FILE --from CHECKPOINT"
              .formatted(
                  name,
                  job.state(),
                  cluster
                      .failure(job.id())
                      .map(reason -> " It failed last with: " + reason)
                      .orElse(""),
                  name));
    }
    return new RunningPipeline(job, files.get(), cluster.parallelism(job.id()));
  }

  private static Cluster.Job active(String name, Cluster cluster)
      throws IOException, InterruptedException {
    List<Cluster.Job> active = cluster.jobs().stream().filter(Cluster.Job::active).toList();
    List<Cluster.Job> meant = active.stream().filter(job -> job.name().equals(name)).toList();
    if (meant.size() == 1) {
      return meant.get(0);
    }
    if (meant.isEmpty()) {
      throw new CommandFailure(
          "No job of the pipeline %s runs; running: %s. 'sluice submit' and 'sluice restore' start one."
              .formatted(
                  name, NameList.orNone(active.stream().map(Cluster.Job::name).sorted().toList())));
    }
    throw new CommandFailure(
        "Several jobs are called %s: %s. Stop all but one by its id."
            .formatted(name, NameList.of(meant.stream().map(Cluster.Job::id).toList())));
  }

  /** Asks for its first checkpoint if it has none: it may take one in an hour only. */
  void awaitCheckpoint(Cluster cluster, Duration atMost) throws IOException, InterruptedException {
    if (cluster.lastCheckpoint(job.id()).isEmpty()) {
      cluster.requestCheckpoint(job.id());
      Poll.until(
          () -> cluster.lastCheckpoint(job.id()).isPresent(), Duration.ofMillis(100), atMost);
    }
  }

  /**
   * Its newest checkpoint.
   *
   * @throws CommandFailure if it has taken none yet
   */
  String checkpoint(Cluster cluster) throws IOException, InterruptedException {
    return cluster
        .lastCheckpoint(job.id())
        .map(Cluster.Checkpoint::path)
        .orElseThrow(
            () ->
                new CommandFailure(
                    "%s has taken no checkpoint yet, with which the definition could be compared. 'sluice status' shows when it has."
                        .formatted(job.name())));
  }
}
