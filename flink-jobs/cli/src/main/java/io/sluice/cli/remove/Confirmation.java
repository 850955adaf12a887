package io.sluice.cli.remove;

import io.sluice.cli.text.CliContext;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Asks before something goes for good. */
public final class Confirmation {
  @Option(
      names = {"-y", "--yes"},
      description = "Do not ask.")
  private boolean yes;

  @Option(names = "--dry-run", description = "Show what would go and leave it.")
  private boolean dryRun;

  /**
   * Shows what goes, asks, and removes it.
   *
   * @return 0 when it is gone or nothing was there, 1 when the user said no
   */
  public int carryOut(Removal removal, CliContext context, CommandSpec spec)
      throws IOException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    if (removal.isEmpty()) {
      out.println("Nothing is there to remove.");
      return 0;
    }
    out.println(dryRun ? "Would go for good:" : "Goes for good:");
    removal.what().forEach(what -> out.println("  " + what));
    out.flush();
    if (dryRun) {
      return 0;
    }
    if (!yes && !agreed(context, spec, out)) {
      out.println("Nothing was removed.");
      return 1;
    }
    removal.carryOut();
    out.println("Removed.");
    return 0;
  }

  private static boolean agreed(CliContext context, CommandSpec spec, PrintWriter out)
      throws IOException {
    if (!context.terminal()) {
      throw new ParameterException(
          spec.commandLine(), "Nobody can be asked here: add --yes to remove it.");
    }
    out.print("Remove all of it? [y/N] ");
    out.flush();
    String answer =
        new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
    return answer != null
        && (answer.strip().equalsIgnoreCase("y")
            || answer.strip().toLowerCase(Locale.ROOT).equals("yes"));
  }
}
