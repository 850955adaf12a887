package io.sluice.sandbox.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** The end of a server's log, in one line. */
public final class LogTail {

  private static final int BYTES = 16_384;
  private static final int LINES = 3;
  private static final int LENGTH = 600;

  /** As Java's loggers, the JVM, PostgreSQL and Redis mark them. */
  private static final Pattern ERROR =
      Pattern.compile("\\b(ERROR|FATAL|PANIC)\\b|\\w(Exception|Error)\\b|Fatal error|# Can't");

  private static final Pattern HARMLESS = Pattern.compile("\\b(TRACE|DEBUG|INFO|WARN|LOG:)");

  private LogTail() {}

  /** The lines before the end that tell most: without stack frames. */
  public static String of(Path log, long from) {
    try {
      return shorten(read(log, from));
    } catch (IOException e) {
      return "its log cannot be read, " + Sentences.reason(e);
    }
  }

  /** The last line that speaks of an error; empty if none does. */
  public static String lastError(Path log, long from) {
    try {
      String found =
          read(log, from)
              .lines()
              .map(String::strip)
              .filter(LogTail::tellsOfAnError)
              .reduce("", (earlier, later) -> later);
      return found.length() > LENGTH ? found.substring(0, LENGTH) : found;
    } catch (IOException e) {
      return "its log cannot be read, " + Sentences.reason(e);
    }
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
