package io.sluice.cli.about;

import io.sluice.cli.text.TerminalWriter;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints the script by which a shell completes command lines. */
@Command(
    name = "completion",
    header = "Print the script by which bash or zsh completes commands.",
    description = {
      "Completes commands, options, their values, files and the names of shipped pipelines. Print it",
      "again after an update: the script knows what it was made with."
    },
    footer = {
      "",
      "Examples:",
      "  source <(./sluice completion bash)",
      "  ./sluice completion zsh > ~/.sluice-completion"
    })
public final class CompletionCommand implements Callable<Integer>, NeedsNoHome {

  /**
   * The generated functions turn off the completion of files wherever a parameter is no file by its
   * type. Paths are texts here, since they can be addresses in a bucket or names, too.
   */
  private static final String NO_FILES = "  type compopt &>/dev/null && compopt +o default\n\n";

  /** The shells that are known. zsh runs the script of bash: it loads what that takes by itself. */
  enum Shell {
    bash,
    zsh
  }

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "bash|zsh", description = "The shell: ${COMPLETION-CANDIDATES}.")
  private Shell shell;

  @Override
  public Integer call() {
    CommandLine root = spec.root().commandLine();
    String script = AutoComplete.bash(root.getCommandName(), root);
    PrintWriter out = TerminalWriter.of(spec.commandLine().getOut()).exact();
    out.print(script.replace(NO_FILES, ""));
    out.flush();
    return 0;
  }
}
