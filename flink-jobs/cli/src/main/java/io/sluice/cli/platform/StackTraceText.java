package io.sluice.cli.platform;

/** Finds what a person wants to know in the text of a Java stack trace. */
final class StackTraceText {
  private static final String CAUSED_BY = "Caused by: ";

  private StackTraceText() {}

  /** The message of the innermost cause, without the name of its class. */
  static String cause(String trace) {
    int last = trace.lastIndexOf(CAUSED_BY);
    String from = last < 0 ? trace : trace.substring(last + CAUSED_BY.length());
    StringBuilder message = new StringBuilder();
    for (String line : from.lines().toList()) {
      boolean ends = line.startsWith("\tat ") || line.startsWith("\t... ");
      if (ends && !message.isEmpty()) {
        break;
      }
      boolean heading = line.isBlank() || line.equals("Internal server error.") || ends;
      if (!heading && !line.startsWith("<Exception on server side")) {
        message.append(message.isEmpty() ? "" : "\n").append(line);
      }
    }
    String text = message.toString().strip();
    String withoutClass = text.replaceFirst("^([a-z][a-z0-9_]*\\.)+[A-Z][A-Za-z0-9_$]*: ", "");
    return withoutClass.isEmpty() ? "no reason given" : withoutClass;
  }
}
