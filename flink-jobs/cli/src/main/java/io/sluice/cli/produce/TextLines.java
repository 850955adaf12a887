package io.sluice.cli.produce;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * The physical lines of a UTF-8 file with their numbers. A line whose bytes are not UTF-8 is told
 * apart from the others instead of ending the reading or being changed silently.
 */
final class TextLines implements Closeable {

  /**
   * One line.
   *
   * @param number from 1
   * @param text null when the line is not UTF-8
   */
  record Line(long number, String text) {}

  private static final String BYTE_ORDER_MARK = "\uFEFF";

  // Latin-1 maps each byte to one character, so that lines are split before they are decoded.
  private final BufferedReader bytes;
  private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
  private final Deque<Line> returned = new ArrayDeque<>();
  private long count;

  TextLines(Path file) throws IOException {
    bytes = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1);
  }

  /** The next line, empty at the end of the file. */
  Optional<Line> next() throws IOException {
    if (!returned.isEmpty()) {
      return Optional.of(returned.pop());
    }
    String raw = bytes.readLine();
    if (raw == null) {
      return Optional.empty();
    }
    count++;
    return Optional.of(new Line(count, decode(raw)));
  }

  /** Gives lines back; they come again, in order, before any other. */
  void giveBack(List<Line> lines) {
    for (int i = lines.size() - 1; i >= 0; i--) {
      returned.push(lines.get(i));
    }
  }

  private String decode(String raw) {
    try {
      String text =
          utf8.decode(ByteBuffer.wrap(raw.getBytes(StandardCharsets.ISO_8859_1))).toString();
      return count == 1 && text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    bytes.close();
  }
}
