package io.sluice.cli.command;

import io.sluice.cli.about.PipelineNames;
import io.sluice.cli.remove.Confirmation;
import io.sluice.cli.remove.Remains;
import io.sluice.cli.remove.Removal;
import io.sluice.cli.submit.ChangeLock;
import io.sluice.cli.submit.SubmittedPipelines;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Removes what a pipeline has made, so that it begins anew. */
@Command(
    name = "reset",
    header = "Let one pipeline begin anew: remove its state, tables, views and rejects.",
    description = {
      "Its source topics and its stored definition stay. Submitted again, it reads its topics from",
      "the oldest record. Shows what goes and asks before anything does."
    },
    footer = {"", "Example:", "  ./sluice reset market-risk"})
public final class ResetCommand implements Callable<Integer> {
  @ParentCommand private SluiceCommand sluice;
  @Spec private CommandSpec spec;
  @Mixin private Confirmation confirmation;

  @Parameters(
      paramLabel = "PIPELINE",
      completionCandidates = PipelineNames.class,
      description = "The pipeline's name.")
  private String name;

  @Override
  public Integer call() throws Exception {
    try (RemainsOfHome home = RemainsOfHome.open(sluice);
        ChangeLock lock = new SubmittedPipelines(sluice.home()).lockKnown(name)) {
      Remains remains = home.remains();
      Removal removal = remains.ofPipeline(RemoveCommand.submitted(remains, name), false);
      return confirmation.carryOut(removal, sluice.context(), spec);
    }
  }
}
