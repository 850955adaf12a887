package io.sluice.cli.command;

import io.sluice.cli.about.CompletionCommand;
import io.sluice.cli.about.VersionCommand;
import io.sluice.cli.operate.OperatedHome;
import io.sluice.cli.operate.RewindCommand;
import io.sluice.cli.operate.ScaleCommand;
import io.sluice.cli.operate.TransactionsCommand;
import io.sluice.cli.operate.UpgradeCommand;
import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.platform.Platform;
import io.sluice.cli.render.RenderCommand;
import io.sluice.cli.text.CliContext;
import io.sluice.cli.text.CommandFailure;
import io.sluice.cli.text.Output;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The root command; subcommands reach the context and the common options through it. */
@Command(
    name = "sluice",
    header = "Events from Kafka become a lakehouse, exactly once.",
    synopsisSubcommandLabel = "COMMAND",
    versionProvider = VersionCommand.Provider.class,
    footer = {
      "",
      "Examples, in the order of a first hour:",
      "  ./sluice demo                       See it work: servers, a pipeline, events, a report.",
      "  ./sluice up                         Start the servers for pipelines of your own.",
      "  ./sluice validate my/               Check your files; the README shows a set of them.",
      "  ./sluice submit my/pipeline.yaml    Run your pipeline.",
      "  ./sluice status                     See what runs and how far it is.",
      "  ./sluice down                       Stop the servers; data and state stay.",
      "",
      "Exit codes: 0 done, 1 a check or an action failed, 2 wrong usage.",
      "'sluice COMMAND --help' explains a command."
    },
    subcommands = {
      UpCommand.class,
      DownCommand.class,
      StatusCommand.class,
      LogsCommand.class,
      UiCommand.class,
      DemoCommand.class,
      SubmitCommand.class,
      ListCommand.class,
      SavepointCommand.class,
      StopCommand.class,
      RestoreCommand.class,
      UpgradeCommand.class,
      ScaleCommand.class,
      RewindCommand.class,
      TransactionsCommand.class,
      ResetCommand.class,
      RemoveCommand.class,
      ProduceCommand.class,
      ValidateCommand.class,
      TableCommand.class,
      QueryCommand.class,
      MaintainCommand.class,
      VersionCommand.class,
      RenderCommand.class,
      CompletionCommand.class,
    })
public final class SluiceCommand implements Runnable, OperatedHome {
  private final CliContext context;
  private final Platform platform;

  @Spec private CommandSpec spec;

  @Option(
      names = "--home",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description =
          "Folder of all state: lake, logs, checkpoints, servers' data (default: $SLUICE_HOME or, if that is not set, .sluice in the repository; of an unpacked distribution ~/.sluice).")
  private Path home;

  @Option(
      names = "--port",
      paramLabel = "NAME=N",
      scope = ScopeType.INHERIT,
      description =
          "Port on which a server listens when it is started. NAME: kafka, kafkaController, registry, redis, postgres, flink, flinkRpc, s3 or all. N: a number, or 0 for any free port; all takes 0 only. May be repeated.")
  private List<String> ports = new ArrayList<>();

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "On a failure, print where it happened too.")
  private boolean verbose;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  private boolean help;

  @Option(
      names = "--version",
      versionHelp = true,
      description = "Show the versions, as the command version does.")
  private boolean version;

  /**
   * @param platform opens the systems that the commands talk to
   */
  public SluiceCommand(CliContext context, Platform platform) {
    this.context = Objects.requireNonNull(context, "context");
    this.platform = Objects.requireNonNull(platform, "platform");
  }

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Name a command.");
  }

  /** What the process was started with. */
  @Override
  public CliContext context() {
    return context;
  }

  /** The absolute state folder; it need not exist. */
  @Override
  public Path home() {
    return (home == null ? context.defaultHome() : home).toAbsolutePath().normalize();
  }

  /** The systems behind the commands. */
  @Override
  public Platform platform() {
    return platform.withPorts(ports);
  }

  @Override
  public String trusted(String named, Output output) throws IOException {
    return SavepointChoice.trusted(named, this, output);
  }

  /**
   * Where the servers of the home answer.
   *
   * @throws CommandFailure if they do not run
   */
  @Override
  public Endpoints endpoints() {
    return platform()
        .servers(home())
        .endpoints()
        .orElseThrow(
            () ->
                new CommandFailure(
                    "No servers run for the home %s. Start them first: sluice up"
                        .formatted(home())));
  }

  /** Whether stack traces are wanted. */
  public boolean verbose() {
    return verbose;
  }
}
