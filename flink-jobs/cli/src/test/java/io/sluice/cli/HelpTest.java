package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class HelpTest {
  @TempDir private Path root;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void everyCommandExplainsItselfWithAnExample() {
    assertThat(all(commandLine()))
        .allSatisfy(
            command -> {
              String usage = command.getUsageMessage();
              assertThat(usage).contains("Example").contains("  ./sluice");
              assertThat(command.getCommandSpec().usageMessage().header()).isNotEmpty();
              assertThat(usage.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(101));
            });
  }

  @Test
  void helpIsNoFailure() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).contains("Usage: sluice", "Exit codes: 0 done");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void wrongUsageEndsWithTwo() {
    assertThat(run()).isEqualTo(2);
    assertThat(err.toString()).contains("sluice: Name a command.");
    assertThat(run("dance")).isEqualTo(2);
    assertThat(err.toString()).contains("Try 'sluice --help'.").doesNotContain("\tat ");
  }

  private int run(String... arguments) {
    return commandLine()
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(arguments);
  }

  private CommandLine commandLine() {
    return Main.commandLine(TestingCommands.context(root), new TestingPlatform(), log -> {});
  }

  private static List<CommandLine> all(CommandLine command) {
    List<CommandLine> commands = new ArrayList<>();
    commands.add(command);
    command.getSubcommands().values().forEach(sub -> commands.addAll(all(sub)));
    return commands;
  }
}
