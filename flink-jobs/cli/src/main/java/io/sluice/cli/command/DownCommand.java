package io.sluice.cli.command;

import io.sluice.cli.text.Output;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Stops the servers of a home. */
@Command(
    name = "down",
    header = "Stop every server that 'sluice up' started.",
    description = {
      "Tables, topics and checkpoints stay in the home folder. Jobs end without a savepoint; to",
      "stop one with a savepoint, use 'sluice stop JOB --savepoint' before."
    },
    footer = {"", "Example:", "  ./sluice down"})
final class DownCommand implements Callable<Integer> {
  @ParentCommand private SluiceCommand sluice;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    Output output = new Output(spec, sluice.context());
    sluice.platform().servers(sluice.home()).down(step -> output.remark("  " + step));
    output.line("Nothing of " + sluice.home() + " runs any more.");
    return 0;
  }
}
