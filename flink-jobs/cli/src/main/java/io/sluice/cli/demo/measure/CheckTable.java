package io.sluice.cli.demo.measure;

import java.util.List;

/** Prints the reconciliation as a table. */
public final class CheckTable {
  private static final String[] TITLES = {"check", "expected", "found", ""};

  private CheckTable() {}

  /** The table, a line per check, with the differences below those that fail. */
  public static String render(List<Check> checks) {
    int name = width(TITLES[0], checks.stream().map(Check::name).toList());
    int expected = width(TITLES[1], checks.stream().map(Check::expected).toList());
    int found = width(TITLES[2], checks.stream().map(Check::found).toList());
    String line = "  %-" + name + "s  %" + expected + "s  %" + found + "s  %s";
    var text = new StringBuilder();
    append(text, line.formatted((Object[]) TITLES));
    append(text, line.formatted("-".repeat(name), "-".repeat(expected), "-".repeat(found), "----"));
    for (Check check : checks) {
      append(
          text,
          line.formatted(
              check.name(), check.expected(), check.found(), check.passes() ? "ok" : "FAIL"));
      check.differences().forEach(difference -> append(text, "      " + difference));
    }
    return text.toString();
  }

  private static void append(StringBuilder text, String line) {
    text.append(line.stripTrailing()).append(System.lineSeparator());
  }

  private static int width(String title, List<String> values) {
    return values.stream().mapToInt(String::length).reduce(title.length(), Math::max);
  }
}
