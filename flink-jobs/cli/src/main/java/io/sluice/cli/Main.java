package io.sluice.cli;

import io.sluice.cli.about.NeedsNoHome;
import io.sluice.cli.about.PipelineNames;
import io.sluice.cli.about.ProgramName;
import io.sluice.cli.command.SluiceCommand;
import io.sluice.cli.operate.CtrlC;
import io.sluice.cli.platform.LocalPlatform;
import io.sluice.cli.platform.Ownership;
import io.sluice.cli.platform.Platform;
import io.sluice.cli.text.CliContext;
import io.sluice.cli.text.CommandFailure;
import io.sluice.cli.text.FailureText;
import io.sluice.cli.text.Installation;
import io.sluice.cli.text.TerminalText;
import io.sluice.cli.text.TerminalWriter;
import io.sluice.definition.yaml.Variables;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** The {@code sluice} command. The launcher script builds and starts it. */
public final class Main {
  private Main() {}

  /**
   * Runs one command and ends the process with its exit code: 0 done, 1 a check or an action
   * failed, 2 wrong usage.
   */
  public static void main(String[] arguments) {
    CliContext context =
        new CliContext(
            Installation.at(
                Path.of(System.getProperty("sluice.root", ".")).toAbsolutePath().normalize(),
                userFolder(),
                ProgramName.quoted(System.getProperty("sluice.program", Installation.DOCUMENTED))),
            Boolean.getBoolean("sluice.terminal"),
            Optional.ofNullable(System.getenv("SLUICE_HOME"))
                .filter(home -> !home.isBlank())
                .map(Path::of),
            Variables.listed(System.getenv(Variables.LIST)));
    // The log file is set before the first logger exists; the file itself is made on demand.
    Consumer<Path> logTo = file -> System.setProperty("sluice.log", file.toString());
    int code = 1;
    try {
      boolean archives = !"none".equals(System.getenv("SLUICE_CLASS_ARCHIVES"));
      Platform platform = new LocalPlatform(context.serverFiles(), archives);
      code = commandLine(context, platform, logTo).execute(arguments);
    } catch (OutOfMemoryError | LinkageError e) {
      System.err.println("sluice: " + TerminalText.escape(FailureText.sentence(e)));
    }
    CtrlC.release();
    System.exit(code);
  }

  /** Some containers run as a number without a name, which has no folder: then the current one. */
  private static Path userFolder() {
    String named = System.getenv("HOME");
    Path folder =
        Path.of(named == null || named.isBlank() ? System.getProperty("user.home") : named);
    return folder.isAbsolute() ? folder : Path.of("").toAbsolutePath();
  }

  /**
   * The whole command tree.
   *
   * @param logTo receives the log file of the chosen home before a command starts
   */
  public static CommandLine commandLine(
      CliContext context, Platform platform, Consumer<Path> logTo) {
    SluiceCommand sluice = new SluiceCommand(context, platform);
    CommandLine commandLine = new CommandLine(sluice, PipelineNames.factory(context));
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setUsageHelpWidth(100);
    ProgramName.show(context.program(), commandLine);
    commandLine.setExecutionStrategy(
        parsed -> {
          Integer helped = CommandLine.executeHelpRequest(parsed);
          if (helped != null) {
            // Help has colours of its own, and nothing from outside.
            return helped;
          }
          commandLine.setOut(TerminalWriter.of(commandLine.getOut()));
          commandLine.setErr(TerminalWriter.of(commandLine.getErr()));
          if (chosen(parsed) instanceof NeedsNoHome) {
            return new CommandLine.RunLast().execute(parsed);
          }
          try {
            Ownership.ofThisUser().checkHome(sluice.home());
          } catch (IOException | CommandFailure e) {
            return report(e, commandLine, parsed, sluice.verbose());
          }
          logTo.accept(sluice.home().resolve("logs").resolve("cli.log"));
          return new CommandLine.RunLast().execute(parsed);
        });
    commandLine.setExecutionExceptionHandler(
        (failure, command, parsed) -> report(failure, command, parsed, sluice.verbose()));
    commandLine.setParameterExceptionHandler(Main::wrongUsage);
    return commandLine;
  }

  /** The command that runs. */
  private static Object chosen(ParseResult parsed) {
    List<CommandLine> named = parsed.asCommandLineList();
    return named.get(named.size() - 1).getCommand();
  }

  private static int report(
      Exception failure, CommandLine command, ParseResult parsed, boolean verbose) {
    PrintWriter err = TerminalWriter.of(command.getErr());
    err.println("sluice: " + FailureText.sentence(failure));
    if (verbose) {
      err.println(FailureText.trace(failure));
    }
    err.flush();
    return command.getCommandSpec().exitCodeOnExecutionException();
  }

  private static int wrongUsage(CommandLine.ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = TerminalWriter.of(command.getErr());
    err.println("sluice: " + failure.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(failure, err);
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    err.flush();
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }
}
