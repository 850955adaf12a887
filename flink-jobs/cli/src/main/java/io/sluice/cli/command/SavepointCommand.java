package io.sluice.cli.command;

import io.sluice.cli.about.PipelineNames;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.submit.ChangeLock;
import io.sluice.cli.submit.RestorePoints;
import io.sluice.cli.submit.SubmittedPipelines;
import io.sluice.cli.text.Output;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Takes a savepoint of a running job. */
@Command(
    name = "savepoint",
    header = "Take a savepoint of a running job; the job goes on.",
    description =
        "The savepoint stands below the savepoints of the home, on disk or in its bucket; its path is printed.",
    footer = {"", "Example:", "  ./sluice savepoint market-risk"})
final class SavepointCommand implements Callable<Integer> {
  @ParentCommand private SluiceCommand sluice;
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "JOB",
      completionCandidates = PipelineNames.class,
      description = "A pipeline's name or a job's id; 'sluice list' shows both.")
  private String job;

  @Option(names = "--json", description = "Print the path as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Output output = new Output(spec, sluice.context());
    Cluster cluster = sluice.platform().cluster(sluice.endpoints());
    Cluster.Job chosen = JobChoice.active(cluster, job);
    String path = savepoint(cluster, chosen);
    if (json) {
      output.json(new StopCommand.SavedJob(chosen.name(), chosen.id(), path));
    } else {
      output.line(path);
    }
    return 0;
  }

  /** One of a job that an upgrade takes back must not be the newest of the pipeline. */
  private String savepoint(Cluster cluster, Cluster.Job chosen)
      throws IOException, InterruptedException {
    RestorePoints points = new RestorePoints(sluice.platform().state(sluice.home()));
    try (ChangeLock lock = new SubmittedPipelines(sluice.home()).lockKnown(chosen.name())) {
      return cluster.savepoint(chosen.id(), points.savepointFolder(chosen.name()));
    }
  }
}
