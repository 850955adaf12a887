package io.sluice.sandbox;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The end of a server's log, in one line. */
final class LogTail {

  private static final int BYTES = 16_384;
  private static final int LINES = 3;
  private static final int LENGTH = 600;

  private LogTail() {}

  /** The lines before the end that tell most: without stack frames. */
  static String of(Path log, long from) {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long begin = Math.max(from, file.length() - BYTES);
      byte[] bytes = new byte[(int) Math.max(0, file.length() - begin)];
      file.seek(begin);
      file.readFully(bytes);
      return shorten(new String(bytes, StandardCharsets.UTF_8));
    } catch (IOException e) {
      return "its log cannot be read, " + Sentences.reason(e);
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
