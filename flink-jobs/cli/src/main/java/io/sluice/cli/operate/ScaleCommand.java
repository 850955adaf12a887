package io.sluice.cli.operate;

import io.sluice.cli.about.PipelineNames;
import io.sluice.cli.platform.Broker;
import io.sluice.cli.submit.Upgrade;
import io.sluice.cli.text.Output;
import io.sluice.cli.text.Text;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Runs a pipeline on more or fewer parallel tasks. */
@Command(
    name = "scale",
    header = "Run a running pipeline on another number of parallel tasks.",
    description = {
      "The job goes on from its next checkpoint with N parallel tasks of each stage, each of which",
      "takes a task slot. A job that was started on one task stops with a savepoint instead, and",
      "another one goes on from it. Nothing is lost or doubled. Unless it commits a checkpoint in time,",
      "it goes back to the former number, also on Ctrl-C. The number stays: for restarts after a",
      "failure, down and up, restore, and upgrades that do not name another one."
    },
    footer = {"", "Example:", "  ./sluice scale market-risk 2"})
public final class ScaleCommand implements Callable<Integer> {
  @ParentCommand private OperatedHome sluice;
  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "PIPELINE",
      completionCandidates = PipelineNames.class,
      description = "The pipeline's name.")
  private String name;

  @Parameters(
      index = "1",
      paramLabel = "N",
      description = "Parallel tasks of each stage, at most one for each partition.")
  private int parallelism;

  @Mixin private Within within;

  @Option(names = "--json", description = "Print the job as JSON.")
  private boolean json;

  /** What runs, in its machine form; the gap is 0 when there was nothing to change. */
  private record ScaledJob(
      String pipeline, String job, int parallelism, String change, long gapMs) {}

  @Override
  public Integer call() throws Exception {
    Duration limit = within.time();
    if (parallelism < 1) {
      throw new ParameterException(
          spec.commandLine(), "N is a number of parallel tasks, at least 1.");
    }
    Output output = new Output(spec, sluice.context());
    try (Broker broker = sluice.platform().broker(sluice.endpoints());
        CtrlC interrupted = CtrlC.watch()) {
      Upgrade.Outcome outcome =
          UpgradeCommand.upgrade(sluice, broker, output, interrupted)
              .scale(name, parallelism, limit);
      report(output, outcome);
    }
    return 0;
  }

  private void report(Output output, Upgrade.Outcome outcome) {
    if (json) {
      output.json(
          new ScaledJob(
              outcome.pipeline(),
              outcome.job(),
              parallelism,
              outcome.change().name().toLowerCase(Locale.ROOT).replace('_', '-'),
              outcome.gap().toMillis()));
      return;
    }
    switch (outcome.change()) {
      case NONE ->
          output.line(
              "%s runs on %d already, as job %s.".formatted(name, parallelism, outcome.job()));
      case IN_PLACE -> {
        output.line(
            "%s runs on %d parallel tasks, changed in place: it is still job %s."
                .formatted(outcome.pipeline(), parallelism, outcome.job()));
        output.line(
            "%s from the request until a checkpoint on that number was committed"
                .formatted(Text.duration(outcome.gap())));
      }
      case BY_SAVEPOINT -> {
        output.line(
            "%s runs on %d parallel tasks, as job %s."
                .formatted(outcome.pipeline(), parallelism, outcome.job()));
        output.line(
            "%s from its savepoint until its next checkpoint was committed; it began from %s"
                .formatted(Text.duration(outcome.gap()), outcome.savepoint().get()));
      }
    }
  }
}
