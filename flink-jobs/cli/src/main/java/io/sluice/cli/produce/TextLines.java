package io.sluice.cli.produce;

import io.sluice.cli.platform.Problem;
import io.sluice.cli.platform.RecordBytes;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The physical lines of an input with their numbers. A line that is too long or not UTF-8 is told
 * apart from the others instead of ending the reading or being changed silently.
 */
final class TextLines implements Closeable {

  /**
   * One line.
   *
   * @param number from 1
   * @param text without its line end; null when the line cannot be read
   * @param bytes as they stand in the input, with the line end; null when the line is too long
   * @param flaw why the line cannot be read, else null
   */
  record Line(long number, String text, byte[] bytes, Problem flaw) {}

  private final RecordBytes bytes;

  TextLines(InputStream in) {
    bytes = new RecordBytes(in);
  }

  /** The next line that is not blank, empty at the end of the input. */
  Optional<Line> next() throws IOException {
    while (bytes.peek() != RecordBytes.END) {
      bytes.begin();
      for (int b = bytes.read(); b != RecordBytes.END; b = bytes.read()) {
        if (b == '\n' || b == '\r') {
          bytes.finishLineEnd(b);
          break;
        }
      }
      Line line = line();
      if (line.text() == null || !line.text().isBlank()) {
        return Optional.of(line);
      }
    }
    return Optional.empty();
  }

  private Line line() {
    long number = bytes.firstLine();
    if (bytes.isTooLong()) {
      return new Line(number, null, null, Problem.tooLong());
    }
    byte[] record = bytes.bytes();
    String flaw = RecordBytes.flaw(record, number);
    return flaw == null
        ? new Line(number, new String(record, StandardCharsets.UTF_8), record, null)
        : new Line(number, null, record, Problem.notUtf8(flaw));
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }

  /** A bad line for one that cannot be read. */
  static InputLine.Bad bad(Line line) {
    return new InputLine.Bad(line.number(), List.of(line.flaw()), line.bytes());
  }
}
