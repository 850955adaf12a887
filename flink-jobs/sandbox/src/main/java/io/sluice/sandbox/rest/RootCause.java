package io.sluice.sandbox.rest;

/** Finds the one line of a Java stack trace that tells what went wrong. */
final class RootCause {

  private static final String CAUSED_BY = "Caused by: ";

  private RootCause() {}

  /** The last "Caused by" with its message, without the names of packages in front. */
  static String of(String stackTrace) {
    String found = "";
    for (String line : stackTrace.lines().map(String::strip).toList()) {
      if (line.startsWith(CAUSED_BY)) {
        found = line.substring(CAUSED_BY.length());
      } else if (found.isEmpty() && !line.isEmpty() && !line.startsWith("at ")) {
        found = line;
      }
    }
    return withoutPackages(found);
  }

  /**
   * {@code java.io.IOException: x} becomes {@code IOException: x}; one's own sentences are kept.
   */
  private static String withoutPackages(String line) {
    int colon = line.indexOf(": ");
    String name = colon < 0 ? line : line.substring(0, colon);
    if (!name.matches("[\\w$.]+\\.[A-Z][\\w$]*")) {
      return line;
    }
    return line.substring(name.lastIndexOf('.') + 1);
  }
}
