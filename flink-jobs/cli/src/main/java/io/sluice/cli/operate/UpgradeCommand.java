package io.sluice.cli.operate;

import io.sluice.cli.about.PipelineNames;
import io.sluice.cli.platform.Broker;
import io.sluice.cli.submit.RestorePoints;
import io.sluice.cli.submit.SubmittedPipelines;
import io.sluice.cli.submit.Upgrade;
import io.sluice.cli.text.Output;
import io.sluice.definition.pipeline.PipelineLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Replaces the definition or the jar of a running pipeline, or leaves it as it was. */
@Command(
    name = "upgrade",
    header = "Run a new definition or jar in place of a running one; go back if it does not take.",
    description = {
      "Checks the new definition against the state of the running job, and changes nothing when it",
      "does not fit. Then the job stops with a savepoint, and the new one begins there. Unless it",
      "commits a checkpoint in time, the former files and jar go on from the same savepoint, also on",
      "Ctrl-C, and the command fails. Edits that need --restart-view are for 'sluice submit'."
    },
    footer = {
      "",
      "Examples:",
      "  ./sluice upgrade my/pipeline.yaml",
      "  ./sluice upgrade city --definitions my/ --within 5m",
      "  ./sluice upgrade city --jar sluice-job.jar"
    })
public final class UpgradeCommand implements Callable<Integer> {
  @ParentCommand private OperatedHome sluice;
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "PIPELINE",
      completionCandidates = PipelineNames.class,
      description =
          "The new pipeline file, or the name of one in --definitions or of a shipped one. With --jar alone, a running pipeline's name.")
  private String pipeline;

  @Option(
      names = "--definitions",
      paramLabel = "DIR",
      description =
          "Folder of schemas and contracts (default: the pipeline's own folder when it holds the datasets, else the shipped ones).")
  private Path definitions;

  @Option(
      names = "--jar",
      paramLabel = "FILE",
      description =
          "Jar of the job, which later starts of the pipeline keep (default: as before, or the one of the build).")
  private Path jar;

  @Mixin private Within within;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description =
          "Parallel tasks of each stage (default: as it runs, unless run.parallelism was edited).")
  private Integer parallelism;

  @Option(names = "--json", description = "Print the job as JSON.")
  private boolean json;

  /** What runs, in its machine form. The savepoint is null when there was nothing to change. */
  private record UpgradedJob(String pipeline, String job, boolean upgraded, String savepoint) {}

  @Override
  public Integer call() throws Exception {
    Duration limit = within.time();
    Output output = new Output(spec, sluice.context());
    SubmittedPipelines pipelines = new SubmittedPipelines(sluice.home());
    UpgradeFiles files =
        UpgradeFiles.of(
            pipeline,
            definitions,
            jar != null && definitions == null,
            Path.of(pipeline).getNameCount() == 1 ? pipelines.find(pipeline) : Optional.empty(),
            sluice.context());
    if (definitions == null) {
      output.remark("  definitions from " + files.definitions());
    }
    // Checked before a server is asked for anything.
    PipelineLoader.load(files.pipeline(), files.definitions(), sluice.context().variables());
    Upgrade.Target target =
        new Upgrade.Target(
            files.pipeline(),
            files.definitions(),
            Optional.ofNullable(jar),
            parallelism == null ? OptionalInt.empty() : OptionalInt.of(parallelism));
    try (Broker broker = sluice.platform().broker(sluice.endpoints());
        CtrlC interrupted = CtrlC.watch()) {
      report(output, upgrade(sluice, broker, output, interrupted).run(target, limit));
    }
    return 0;
  }

  /** What changes a running pipeline of the home. */
  static Upgrade upgrade(
      OperatedHome sluice, Broker broker, Output output, BooleanSupplier interrupted) {
    return new Upgrade(
        sluice.platform(),
        sluice.endpoints(),
        broker,
        new SubmittedPipelines(sluice.home()),
        new RestorePoints(sluice.platform().state(sluice.home())),
        sluice.context().jobJar(),
        step -> output.remark("  " + step),
        interrupted);
  }

  private void report(Output output, Upgrade.Outcome outcome) {
    if (json) {
      output.json(
          new UpgradedJob(
              outcome.pipeline(),
              outcome.job(),
              outcome.savepoint().isPresent(),
              outcome.savepoint().orElse(null)));
    } else if (outcome.savepoint().isEmpty()) {
      output.line(
          "%s runs these files and this jar already, as job %s: nothing to upgrade."
              .formatted(outcome.pipeline(), outcome.job()));
    } else {
      output.line(
          "%s is upgraded: it runs as job %s and has committed a checkpoint."
              .formatted(outcome.pipeline(), outcome.job()));
      output.line("It began from " + outcome.savepoint().get());
    }
  }
}
