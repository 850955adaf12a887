package io.sluice.cli.render;

import io.sluice.cli.text.CommandFailure;
import java.util.List;
import java.util.regex.Pattern;

/** Passwords that stand in a file: it becomes a ConfigMap, which many people may read. */
final class LiteralCredentials {
  /** What it stands for comes from a Secret. */
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{[A-Za-z0-9_]+}");

  private static final Pattern LOGIN =
      Pattern.compile("://[^/@\\s\"']*:[^/@\\s\"']+@|(?i:[?&;](password|secret|token)=)[^&\\s\"']");

  private LiteralCredentials() {}

  /**
   * Refuses a file that holds one. The message does not show it.
   *
   * @param file its name, for the message
   * @param secret where the value belongs
   * @throws CommandFailure with the first line that holds one
   */
  static void refuse(String file, String text, String secret) {
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (LOGIN.matcher(VARIABLE.matcher(lines.get(i)).replaceAll("")).find()) {
        throw new CommandFailure(
            "%s, line %d, has an address with a password, and whoever reads ConfigMaps would see it. Name a variable in its place, such as ${SLUICE_JDBC}, and put its value into the Secret %s."
                .formatted(file, i + 1, secret));
      }
    }
  }
}
