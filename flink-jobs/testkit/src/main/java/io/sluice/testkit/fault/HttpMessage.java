package io.sluice.testkit.fault;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A request or reply of HTTP/1.1, kept as the bytes that came, so that what is passed on is the
 * same: a signature covers some of the headers.
 *
 * @param head the first line and the headers, without line ends
 * @param body as it came, chunks with their framing
 */
record HttpMessage(List<String> head, byte[] body) {

  private static final int LONGEST_LINE = 64 << 10;
  private static final String END = "\r\n";

  /** Reads what stands before the body; empty if the connection ends before anything came. */
  static Optional<HttpMessage> head(InputStream in) throws IOException {
    String first = line(in);
    if (first == null) {
      return Optional.empty();
    }
    List<String> lines = new ArrayList<>();
    for (String line = first; !line.isEmpty(); line = line(in)) {
      lines.add(line);
      if (lines.size() > 1_000) {
        throw new IOException("More than 1000 headers came.");
      }
    }
    return Optional.of(new HttpMessage(List.copyOf(lines), new byte[0]));
  }

  /** A copy of the message that has the body which its headers announce, read to its end. */
  HttpMessage withBody(InputStream in) throws IOException {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (header("Transfer-Encoding").filter("chunked"::equalsIgnoreCase).isPresent()) {
      chunks(in, body);
    } else {
      copy(in, body, header("Content-Length").map(Integer::parseInt).orElse(0));
    }
    return new HttpMessage(head, body.toByteArray());
  }

  private static void chunks(InputStream in, OutputStream body) throws IOException {
    int size;
    do {
      String announced = present(line(in));
      size = Integer.parseInt(announced.split(";")[0].strip(), 16);
      body.write(bytes(announced + END));
      copy(in, body, size);
      if (size > 0) {
        body.write(bytes(present(line(in)) + END));
      }
    } while (size > 0);
    String trailer;
    do {
      trailer = present(line(in));
      body.write(bytes(trailer + END));
    } while (!trailer.isEmpty());
  }

  private static void copy(InputStream in, OutputStream out, int length) throws IOException {
    byte[] content = in.readNBytes(length);
    if (content.length < length) {
      throw new EOFException(content.length + " of " + length + " bytes came.");
    }
    out.write(content);
  }

  private static String present(String line) throws EOFException {
    if (line == null) {
      throw new EOFException("The connection ended between chunks.");
    }
    return line;
  }

  /** A line without its end; null at the end of the stream. */
  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    int next = in.read();
    if (next < 0) {
      return null;
    }
    while (next != '\n') {
      if (next < 0 || line.length() > LONGEST_LINE) {
        throw new EOFException("A line of a head has no end: " + line);
      }
      line.append((char) next);
      next = in.read();
    }
    return line.toString().stripTrailing();
  }

  String firstLine() {
    return head.get(0);
  }

  Optional<String> header(String name) {
    return head.stream()
        .skip(1)
        .map(line -> line.split(":", 2))
        .filter(header -> header[0].equalsIgnoreCase(name))
        .map(header -> header[1].strip())
        .findFirst();
  }

  /** A copy of the message without the lines of a header. */
  HttpMessage without(String name) {
    return new HttpMessage(
        head.stream()
            .filter(line -> !line.toLowerCase().startsWith(name.toLowerCase() + ":"))
            .toList(),
        body);
  }

  /** Whether the connection cannot be used again. */
  boolean isLast() {
    return header("Connection").filter("close"::equalsIgnoreCase).isPresent();
  }

  /**
   * Writes the head and some of the body.
   *
   * @param length how many bytes of the body
   */
  void write(OutputStream out, int length) throws IOException {
    out.write(bytes(String.join(END, head) + END + END));
    out.write(body, 0, length);
    out.flush();
  }

  void write(OutputStream out) throws IOException {
    write(out, body.length);
  }

  /** Bytes to characters and back: what the header's encoding is, nobody has to know. */
  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
