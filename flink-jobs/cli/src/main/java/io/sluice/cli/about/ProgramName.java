package io.sluice.cli.about;

import io.sluice.cli.text.Installation;
import java.util.Arrays;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * How the user calls sluice, in the examples of the help. They are written as in the documentation,
 * for somebody who stands in a source tree.
 */
public final class ProgramName {
  /** A longer one breaks the lines of the examples. */
  private static final int LONGEST = 20;

  private static final Pattern PLAIN = Pattern.compile("[\\w./+-]+");

  private ProgramName() {}

  /** A shell takes the result as one word that is this path or name. */
  public static String quoted(String name) {
    return PLAIN.matcher(name).matches() ? name : "'" + name.replace("'", "'\\''") + "'";
  }

  /** Shows a program in the examples of a command and all below it; a long path by its end. */
  public static void show(String program, CommandLine command) {
    replace(program.length() > LONGEST ? command.getCommandName() : program, command);
  }

  private static void replace(String program, CommandLine command) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    usage.footer(
        Arrays.stream(usage.footer())
            // A formatter takes these lines.
            .map(line -> line.replace(Installation.DOCUMENTED, program.replace("%", "%%")))
            .toArray(String[]::new));
    command.getSubcommands().values().forEach(each -> replace(program, each));
  }
}
