package io.sluice.cli.about;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class ProgramNameTest {
  @Command(
      name = "sluice",
      footer = {"Example:", "  ./sluice go | ./sluice come"},
      subcommands = Go.class)
  private static final class Root {}

  @Command(name = "go", footer = "  ./sluice go")
  private static final class Go {}

  private static CommandLine shown(String program) {
    CommandLine command = new CommandLine(new Root());
    ProgramName.show(program, command);
    return command;
  }

  @Test
  void standsInTheExamplesOfAllCommands() {
    CommandLine command = shown("bin/sluice");
    assertThat(command.getUsageMessage()).contains("  bin/sluice go | bin/sluice come");
    assertThat(command.getSubcommands().get("go").getUsageMessage()).contains("  bin/sluice go");
    assertThat(shown("a%d/sluice").getUsageMessage()).contains("  a%d/sluice go");
  }

  @Test
  void ofALongPathTheEndIsShown() {
    assertThat(shown("/opt/somewhere/else/bin/sluice").getUsageMessage())
        .contains("  sluice go | sluice come");
  }

  @Test
  void isOneWordForAShell() {
    assertThat(ProgramName.quoted("../my-sluice/bin/sluice")).isEqualTo("../my-sluice/bin/sluice");
    assertThat(ProgramName.quoted("it's $x")).isEqualTo("'it'\\''s $x'");
  }
}
