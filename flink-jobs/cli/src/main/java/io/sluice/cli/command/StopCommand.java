package io.sluice.cli.command;

import io.sluice.cli.about.PipelineNames;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.submit.ChangeLock;
import io.sluice.cli.submit.RestorePoints;
import io.sluice.cli.submit.SubmittedPipelines;
import io.sluice.cli.text.Output;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Ends a job. */
@Command(
    name = "stop",
    header = "Stop a job with a savepoint, or at once with its last checkpoint.",
    description = {
      "With --savepoint, the records in flight are finished and committed first. Without, the job is",
      "cancelled and its last checkpoint stays. 'sluice restore' goes on from either: nothing is",
      "lost or doubled."
    },
    footer = {"", "Example:", "  ./sluice stop market-risk --savepoint"})
final class StopCommand implements Callable<Integer> {
  @ParentCommand private SluiceCommand sluice;
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "JOB",
      completionCandidates = PipelineNames.class,
      description = "A pipeline's name or a job's id; 'sluice list' shows both.")
  private String job;

  @Option(names = "--savepoint", description = "Take a savepoint while stopping.")
  private boolean savepoint;

  @Option(
      names = "--drain",
      description = "End the sources for good, so that all windows close; includes --savepoint.")
  private boolean drain;

  @Option(names = "--json", description = "Print the result as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    boolean withSavepoint = savepoint || drain;
    Output output = new Output(spec, sluice.context());
    Cluster cluster = sluice.platform().cluster(sluice.endpoints());
    Cluster.Job chosen = JobChoice.active(cluster, job);
    Optional<String> path = stop(cluster, chosen, withSavepoint);
    if (json) {
      output.json(
          withSavepoint
              ? new SavedJob(chosen.name(), chosen.id(), path.orElseThrow())
              : new CancelledJob(chosen.name(), chosen.id(), path.orElse(null)));
    } else if (withSavepoint) {
      output.line("%s has stopped with the savepoint".formatted(chosen.name()));
      output.line(path.orElseThrow());
    } else {
      output.line(
          "%s is cancelled without a savepoint; %s"
              .formatted(
                  chosen.name(),
                  path.isPresent()
                      ? "its last retained checkpoint is"
                      : "it had completed no checkpoint."));
      path.ifPresent(output::line);
    }
    return 0;
  }

  private Optional<String> stop(Cluster cluster, Cluster.Job chosen, boolean withSavepoint)
      throws IOException, InterruptedException {
    RestorePoints points = new RestorePoints(sluice.platform().state(sluice.home()));
    try (ChangeLock lock = new SubmittedPipelines(sluice.home()).lockKnown(chosen.name())) {
      return withSavepoint
          ? Optional.of(cluster.stop(chosen.id(), points.savepointFolder(chosen.name()), drain))
          : cancel(cluster, points, chosen);
    }
  }

  /** A job with a savepoint, in its machine form. */
  record SavedJob(String pipeline, String job, String savepoint) {}

  /** A job that was cancelled; the checkpoint is null when it had completed none. */
  private record CancelledJob(String pipeline, String job, String checkpoint) {}

  private static Optional<String> cancel(Cluster cluster, RestorePoints points, Cluster.Job chosen)
      throws IOException, InterruptedException {
    cluster.cancel(chosen.id());
    // The folder knows better than the cluster, which may have completed one more meanwhile.
    Optional<String> stored = points.latestCheckpoint(chosen.id());
    return stored.isPresent()
        ? stored
        : cluster.lastCheckpoint(chosen.id()).map(Cluster.Checkpoint::path);
  }
}
