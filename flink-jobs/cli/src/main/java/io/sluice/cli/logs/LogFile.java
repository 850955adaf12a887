package io.sluice.cli.logs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A log file that is read from its end on. An entry begins with a date; the lines behind it, such
 * as a stack trace, belong to it.
 */
public final class LogFile {
  private static final long LOOKED_AT = 16L << 20;

  private final String name;
  private final Path path;
  private final List<String> words;
  private long position;
  private boolean belongs;
  private final ByteArrayOutputStream unfinished = new ByteArrayOutputStream();

  /**
   * @param words an entry is shown when its first line has one of them; every one if empty
   */
  public LogFile(String name, Path path, List<String> words) {
    this.name = name;
    this.path = path;
    this.words = List.copyOf(words);
    this.belongs = words.isEmpty();
  }

  public String name() {
    return name;
  }

  /** The last lines; {@link #next} goes on behind them. */
  public List<String> last(int most) throws IOException {
    position = Math.max(0, Files.size(path) - LOOKED_AT);
    List<String> lines = next();
    return lines.subList(Math.max(0, lines.size() - most), lines.size());
  }

  /** Whole lines that were written since the last call. A file that got shorter is a new one. */
  public List<String> next() throws IOException {
    List<String> lines = new ArrayList<>();
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      if (file.length() < position) {
        position = 0;
        unfinished.reset();
      }
      long end = Math.min(file.length(), position + LOOKED_AT);
      byte[] bytes = new byte[(int) (end - position)];
      file.seek(position);
      file.readFully(bytes);
      position = end;
      int from = 0;
      for (int i = 0; i < bytes.length; i++) {
        if (bytes[i] == '\n') {
          unfinished.write(bytes, from, i - from);
          add(unfinished.toString(StandardCharsets.UTF_8), lines);
          unfinished.reset();
          from = i + 1;
        }
      }
      unfinished.write(bytes, from, bytes.length - from);
    }
    return lines;
  }

  private void add(String line, List<String> lines) {
    if (!words.isEmpty() && beginsEntry(line)) {
      belongs = words.stream().anyMatch(line::contains);
    }
    if (belongs) {
      lines.add(line);
    }
  }

  private static boolean beginsEntry(String line) {
    return line.length() > 4 && Character.isDigit(line.charAt(0)) && line.charAt(4) == '-';
  }
}
