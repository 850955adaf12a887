package io.sluice.sandbox.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The end of a server's log, in one line. */
public final class LogTail {

  /** Holds the stack trace of a JobManager that cannot recover a job. */
  private static final int BYTES = 65_536;

  private static final int LINES = 3;
  private static final int LENGTH = 600;

  /** As Java's loggers, the JVM, PostgreSQL and Redis mark them. */
  private static final Pattern ERROR =
      Pattern.compile("\\b(ERROR|FATAL|PANIC)\\b|\\w(Exception|Error)\\b|Fatal error|# Can't");

  /** What Java's loggers put before the message of an error. */
  private static final Pattern LEVEL = Pattern.compile("\\b(ERROR|FATAL)\\b");

  private static final Pattern HARMLESS = Pattern.compile("\\b(TRACE|DEBUG|INFO|WARN|LOG:)");

  /** How a stack trace begins and goes on. */
  private static final Pattern TRACE =
      Pattern.compile("(Caused by: |Suppressed: )?[\\w.$]+(Exception|Error)\\b.*");

  /** The message of a cause within a stack trace; causes without a message tell little. */
  private static final Pattern CAUSE = Pattern.compile("Caused by: [\\w.$]+: (?<message>.+)");

  private LogTail() {}

  /**
   * Why the server ended: the innermost cause of the last error that came with a stack trace, else
   * the last lines, without stack frames.
   */
  public static String of(Path log, long from) {
    try {
      String text = read(log, from);
      return rootCause(text).orElseGet(() -> shorten(text));
    } catch (IOException e) {
      return "its log cannot be read, " + Sentences.reason(e);
    }
  }

  /**
   * The innermost cause of the last error that came with a stack trace, else the last line that
   * speaks of an error; empty if none does.
   */
  public static String lastError(Path log, long from) {
    try {
      String text = read(log, from);
      return rootCause(text).orElseGet(() -> lastErrorLine(text));
    } catch (IOException e) {
      return "its log cannot be read, " + Sentences.reason(e);
    }
  }

  private static String lastErrorLine(String text) {
    return beginning(
        text.lines()
            .map(String::strip)
            .filter(LogTail::tellsOfAnError)
            .reduce("", (earlier, later) -> later));
  }

  /** Empty unless the last error of the log has a cause with a message. */
  private static Optional<String> rootCause(String text) {
    String cause = null;
    boolean inError = false;
    for (String line : text.lines().map(String::strip).toList()) {
      Matcher found = CAUSE.matcher(line);
      if (found.matches()) {
        cause = inError ? found.group("message") : cause;
      } else if (HARMLESS.matcher(line).find()) {
        inError = false;
      } else if (tellsOfAnError(line) && !TRACE.matcher(line).matches()) {
        inError = LEVEL.matcher(line).find();
        cause = null;
      }
    }
    return Optional.ofNullable(cause).map(LogTail::beginning);
  }

  private static String beginning(String text) {
    return text.length() > LENGTH ? text.substring(0, LENGTH) : text;
  }

  private static boolean tellsOfAnError(String line) {
    return ERROR.matcher(line).find() && !HARMLESS.matcher(line).find() && !line.startsWith("at ");
  }

  private static String read(Path log, long from) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long begin = Math.max(from, file.length() - BYTES);
      byte[] bytes = new byte[(int) Math.max(0, file.length() - begin)];
      file.seek(begin);
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private static String shorten(String text) {
    List<String> lines =
        text.lines()
            .map(String::strip)
            .filter(line -> !line.isEmpty() && !line.startsWith("at ") && !line.startsWith("..."))
            .toList();
    if (lines.isEmpty()) {
      return "it wrote no log";
    }
    String last =
        String.join(" | ", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
    return last.length() > LENGTH ? last.substring(last.length() - LENGTH) : last;
  }
}
