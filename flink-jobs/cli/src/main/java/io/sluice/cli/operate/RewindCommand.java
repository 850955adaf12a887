package io.sluice.cli.operate;

import io.sluice.cli.about.PipelineNames;
import io.sluice.cli.platform.Broker;
import io.sluice.cli.submit.RestorePoints;
import io.sluice.cli.submit.Rewind;
import io.sluice.cli.submit.SubmittedPipelines;
import io.sluice.cli.text.Output;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Takes a pipeline with all of its tables and views back to a savepoint. */
@Command(
    name = "rewind",
    header = "Take a pipeline with all of its tables and views back to a savepoint.",
    description = {
      "Each table goes back to the version that belongs to the savepoint, in a new version: no file",
      "and no version is removed. Views in Redis and PostgreSQL get the rows that they had. Then the",
      "job begins at the savepoint and reads on from there. A job that runs stops with a savepoint",
      "first, to which one can go forward again. What cannot go back is refused before anything",
      "changes. If the command breaks off, run it again.",
      "Messages in Kafka do not go back: the dead-letter topic gets those behind the savepoint twice."
    },
    footer = {
      "",
      "Example:",
      "  ./sluice rewind market-risk --to .sluice/savepoints/market-risk/savepoint-1a2b3c-4d5e6f"
    })
public final class RewindCommand implements Callable<Integer> {
  @ParentCommand private OperatedHome sluice;
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "PIPELINE",
      completionCandidates = PipelineNames.class,
      description = "Name of a submitted pipeline.")
  private String name;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "PATH",
      description =
          "Savepoint or retained checkpoint of the pipeline: a folder, or s3://BUCKET/KEY. It can hold code, which the job would run: one of another user is refused; copy it if you trust it.")
  private String savepoint;

  @Option(names = "--json", description = "Print the job and the versions as JSON.")
  private boolean json;

  /** What runs, in its machine form. */
  private record RewoundJob(
      String pipeline,
      String job,
      String savepoint,
      Map<String, Long> tables,
      String stoppedWith) {}

  @Override
  public Integer call() throws Exception {
    Output output = new Output(spec, sluice.context());
    String point = sluice.trusted(savepoint, output);
    try (Broker broker = sluice.platform().broker(sluice.endpoints())) {
      Rewind.Outcome outcome =
          new Rewind(
                  sluice.platform(),
                  sluice.endpoints(),
                  broker,
                  new SubmittedPipelines(sluice.home()),
                  new RestorePoints(sluice.platform().state(sluice.home())),
                  sluice.context().jobJar(),
                  step -> output.remark("  " + step))
              .run(name, point);
      report(output, point, outcome);
    }
    return 0;
  }

  private void report(Output output, String point, Rewind.Outcome outcome) {
    if (json) {
      output.json(
          new RewoundJob(
              name, outcome.job(), point, outcome.tables(), outcome.stoppedWith().orElse(null)));
      return;
    }
    output.line(
        "%s is back at %s and runs from there, as job %s.".formatted(name, point, outcome.job()));
    output.line(
        outcome.tables().isEmpty()
            ? "Its tables were there already."
            : "Tables that went back: " + String.join(", ", outcome.tables().keySet()));
    outcome
        .stoppedWith()
        .ifPresent(
            path ->
                output.line("To go forward again: sluice rewind %s --to %s".formatted(name, path)));
  }
}
