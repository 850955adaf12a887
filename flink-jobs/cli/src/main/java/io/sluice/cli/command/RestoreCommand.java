package io.sluice.cli.command;

import io.sluice.cli.about.PipelineNames;
import io.sluice.cli.platform.Broker;
import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.submit.RestorePoints;
import io.sluice.cli.submit.Submission;
import io.sluice.cli.submit.Submitted;
import io.sluice.cli.submit.SubmittedPipelines;
import io.sluice.cli.text.CommandFailure;
import io.sluice.cli.text.Output;
import io.sluice.definition.yaml.NameList;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Starts a stopped pipeline again where it ended. */
@Command(
    name = "restore",
    header = "Run a stopped pipeline again from a savepoint or checkpoint.",
    description = {
      "The pipeline runs as it was submitted. Without --from it goes on from its newest savepoint",
      "or retained checkpoint; a job id instead of a name means that job's newest checkpoint."
    },
    footer = {"", "Example:", "  ./sluice restore market-risk"})
final class RestoreCommand implements Callable<Integer> {
  @ParentCommand private SluiceCommand sluice;
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "JOB|PIPELINE",
      completionCandidates = PipelineNames.class,
      description = "Name of a submitted pipeline, or the id of a job of it.")
  private String nameOrId;

  @Option(
      names = "--from",
      paramLabel = "PATH",
      description =
          "Savepoint or retained checkpoint: a folder, or s3://BUCKET/KEY (default: the newest). It can hold code, which the job would run: one of another user is refused; copy it if you trust it.")
  private String from;

  @Mixin private StartOptions start;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "Parallel tasks of each stage (default: as before).")
  private Integer parallelism;

  @Option(names = "--json", description = "Print the job as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Output output = new Output(spec, sluice.context());
    SubmittedPipelines pipelines = new SubmittedPipelines(sluice.home());
    Submitted pipeline = choose(pipelines);
    String point = from == null ? newest(pipeline) : SavepointChoice.trusted(from, sluice, output);
    Endpoints endpoints = sluice.endpoints();
    output.remark("  restoring " + pipeline.name() + " from " + point);
    try (Broker broker = sluice.platform().broker(endpoints)) {
      Submission submission =
          new Submission(
              sluice.platform(),
              endpoints,
              broker,
              pipelines,
              sluice.context().jobJar(),
              step -> output.remark("  " + step));
      int tasks = parallelism == null ? pipeline.parallelism() : parallelism;
      String job = submission.resubmit(pipeline, tasks, start.at(Optional.of(point)));
      SubmitCommand.started(output, pipeline.name(), job, json);
    }
    return 0;
  }

  private Submitted choose(SubmittedPipelines pipelines) throws IOException {
    Optional<Submitted> byName = pipelines.find(nameOrId);
    if (byName.isPresent()) {
      return byName.get();
    }
    for (Submitted pipeline : pipelines.list()) {
      if (pipeline.jobs().contains(nameOrId)) {
        return pipeline;
      }
    }
    throw new CommandFailure(
        "No pipeline or job %s was submitted in %s; submitted: %s."
            .formatted(
                nameOrId,
                sluice.home(),
                NameList.of(pipelines.list().stream().map(Submitted::name).toList())));
  }

  private String newest(Submitted pipeline) throws IOException {
    RestorePoints points = new RestorePoints(sluice.platform().state(sluice.home()));
    Optional<String> newest =
        pipeline.name().equals(nameOrId)
            ? points.latest(pipeline)
            : points.latestCheckpoint(nameOrId);
    return newest.orElseThrow(
        () ->
            new CommandFailure(
                "%s has no savepoint and no retained checkpoint in %s; name one with --from, or begin anew with 'sluice submit'."
                    .formatted(nameOrId, sluice.home())));
  }
}
