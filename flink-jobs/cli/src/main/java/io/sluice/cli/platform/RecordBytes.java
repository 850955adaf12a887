package io.sluice.cli.platform;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of an input one after the other. It counts lines, which end with {@code \n}, {@code
 * \r\n} or {@code \r}, and keeps the bytes since the last {@link #begin()}, at most {@link
 * #MAX_RECORD} of them.
 */
public final class RecordBytes implements Closeable {
  /** No record may be longer, in bytes; Kafka's topics take one megabyte by default. */
  public static final int MAX_RECORD = 16 << 20;

  public static final int END = -1;
  private static final int NOTHING = -2;

  private final InputStream in;
  private final byte[] chunk = new byte[1 << 16];
  private int chunkSize;
  private int chunkPosition;
  private byte[] kept = new byte[1 << 10];
  private long length;
  private int last = NOTHING;
  private long line = 1;
  private long firstLine = 1;

  public RecordBytes(InputStream in) {
    this.in = in;
  }

  /** A record begins with the next byte; what was kept is forgotten. */
  public void begin() {
    length = 0;
    firstLine = line;
    last = NOTHING;
  }

  /** The next byte, 0 to 255, or {@link #END}. */
  public int read() throws IOException {
    int next = peek();
    if (next == END) {
      return END;
    }
    chunkPosition++;
    if (next == '\r' || next == '\n' && last != '\r') {
      line++;
    }
    last = next;
    if (length < MAX_RECORD) {
      if (length == kept.length) {
        kept = Arrays.copyOf(kept, Math.min(MAX_RECORD, kept.length * 2));
      }
      kept[(int) length] = (byte) next;
    }
    length++;
    return next;
  }

  /** The next byte without taking it. */
  public int peek() throws IOException {
    if (chunkPosition == chunkSize) {
      chunkPosition = 0;
      chunkSize = Math.max(0, in.read(chunk));
    }
    return chunkSize == 0 ? END : Byte.toUnsignedInt(chunk[chunkPosition]);
  }

  /** Takes the second byte of a {@code \r\n} of which {@code first} was read. */
  public void finishLineEnd(int first) throws IOException {
    if (first == '\r' && peek() == '\n') {
      read();
    }
  }

  /** The line in which the record began, from 1. */
  public long firstLine() {
    return firstLine;
  }

  /** The line of the next byte. */
  public long line() {
    return line;
  }

  /** Whether the last byte ended a line. */
  public boolean endsWithLineEnd() {
    return last == '\n' || last == '\r';
  }

  /** Whether the record is longer than what is kept. */
  public boolean isTooLong() {
    return length > MAX_RECORD;
  }

  /** The record's bytes, with its line end; only of a record that is not too long. */
  public byte[] bytes() {
    return Arrays.copyOf(kept, (int) Math.min(length, MAX_RECORD));
  }

  /** Where the record is not UTF-8, or null when it is. */
  public static String flaw(byte[] record, long firstLine) {
    CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer bytes = ByteBuffer.wrap(record);
    CharBuffer out = CharBuffer.allocate(1024);
    CoderResult result;
    do {
      out.clear();
      result = utf8.decode(bytes, out, true);
    } while (result.isOverflow());
    return result.isError() ? place(record, bytes.position(), firstLine) : null;
  }

  private static String place(byte[] record, int position, long firstLine) {
    long line = firstLine;
    int lineStart = 0;
    for (int i = 0; i < position; i++) {
      boolean lineEnd =
          record[i] == '\n' || record[i] == '\r' && !(i + 1 < position && record[i + 1] == '\n');
      if (lineEnd) {
        line++;
        lineStart = i + 1;
      }
    }
    return "byte 0x%02X at byte %d%s"
        .formatted(
            record[position],
            position - lineStart + 1,
            line == firstLine ? "" : " of line " + line);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
