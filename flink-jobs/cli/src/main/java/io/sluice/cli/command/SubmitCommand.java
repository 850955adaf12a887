package io.sluice.cli.command;

import io.sluice.cli.about.PipelineNames;
import io.sluice.cli.platform.Broker;
import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.submit.DefinitionsFolder;
import io.sluice.cli.submit.PipelineFiles;
import io.sluice.cli.submit.StartPoint;
import io.sluice.cli.submit.Submission;
import io.sluice.cli.submit.SubmittedPipelines;
import io.sluice.cli.text.Output;
import io.sluice.definition.pipeline.PipelineLoader;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Starts a pipeline as a job. */
@Command(
    name = "submit",
    header = "Check a pipeline and run it on the Flink cluster.",
    description = {
      "Checks all definitions first and reports every problem at once. Creates the topics that do",
      "not exist, registers the schemas with BACKWARD compatibility, and returns when every task",
      "of the job runs. The job keeps copies of the files: later edits do not change it.",
      "An edited pipeline goes on from a savepoint as far as its state fits; what does not fit is",
      "refused before anything starts."
    },
    footer = {
      "",
      "Examples:",
      "  ./sluice submit market-risk",
      "  ./sluice submit my/pipeline.yaml",
      "  ./sluice submit my/pipeline.yaml --definitions schemas/",
      "  ./sluice submit my/pipeline.yaml --from SAVEPOINT --restart-view fares"
    })
final class SubmitCommand implements Callable<Integer> {
  @ParentCommand private SluiceCommand sluice;
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "PIPELINE",
      completionCandidates = PipelineNames.class,
      description = "A pipeline file, or the name of a shipped one.")
  private String pipeline;

  @Option(
      names = "--definitions",
      paramLabel = "DIR",
      description =
          "Folder of schemas and contracts (default: the pipeline's own folder when it holds the datasets, else the shipped ones).")
  private Path definitions;

  @Option(
      names = {"--from-savepoint", "--from"},
      paramLabel = "PATH",
      description =
          "Savepoint or retained checkpoint to begin from: s3://BUCKET/KEY or a folder. It can hold code, which the job would run: one of another user is refused; copy it if you trust it.")
  private String savepoint;

  @Mixin private StartOptions start;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description =
          "Parallel tasks of each stage (default: run.parallelism of the pipeline, else 2, or 1 on less than four cores).")
  private Integer parallelism;

  @Option(names = "--json", description = "Print the job as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Output output = new Output(spec, sluice.context());
    Path file = PipelineFiles.resolve(pipeline, sluice.context().shippedPipelines());
    Path folder = definitions;
    if (folder == null) {
      folder = DefinitionsFolder.of(file, List.of(sluice.context().shippedDefinitions()));
      output.remark("  definitions from " + folder);
    }
    // Checked before a server is asked for anything.
    String name = PipelineLoader.load(file, folder, sluice.context().variables()).name();
    Optional<String> from = Optional.empty();
    if (savepoint != null) {
      from = Optional.of(SavepointChoice.trusted(savepoint, sluice, output));
    }
    StartPoint begin = start.at(from);
    Endpoints endpoints = sluice.endpoints();
    try (Broker broker = sluice.platform().broker(endpoints)) {
      Submission submission =
          new Submission(
              sluice.platform(),
              endpoints,
              broker,
              new SubmittedPipelines(sluice.home()),
              sluice.context().jobJar(),
              step -> output.remark("  " + step));
      OptionalInt tasks = parallelism == null ? OptionalInt.empty() : OptionalInt.of(parallelism);
      started(output, name, submission.submit(file, folder, tasks, begin), json);
    }
    return 0;
  }

  /** A job that was started, in its machine form. */
  private record StartedJob(String pipeline, String job) {}

  static void started(Output output, String name, String job, boolean asJson) {
    if (asJson) {
      output.json(new StartedJob(name, job));
    } else {
      output.line("%s runs as job %s".formatted(name, job));
      output.line("'sluice ui %s' shows it in a browser.".formatted(name));
    }
  }
}
