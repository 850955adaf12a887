package io.sluice.cli.produce;

import io.sluice.cli.text.CommandFailure;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.zip.GZIPInputStream;

/**
 * Opens files and the standard input for reading as UTF-8 text: gzip is unpacked, whatever the name
 * says, and a mark at the start (BOM) is passed over. What is known not to be such text is refused
 * with the command that converts it.
 */
public final class InputBytes {
  private static final Path STANDARD_INPUT = Path.of("-");
  private static final int BUFFER = 1 << 16;

  /** No program writes these bytes into text; UTF-16 has a zero in each of its ASCII characters. */
  private static final Set<Integer> CONTROLS = Set.of(0, 1, 2, 3, 4, 5, 6);

  private InputBytes() {}

  /** Whether the file's name stands for the standard input. */
  public static boolean isStandardInput(Path file) {
    return file.equals(STANDARD_INPUT);
  }

  /** The file's name for messages. */
  public static String name(Path file) {
    return isStandardInput(file) ? "standard input" : file.toString();
  }

  /**
   * Opens a file.
   *
   * @param standardInput read when the file is {@code -}
   * @throws CommandFailure if the content begins as UTF-16, as an archive or as another binary
   *     format
   */
  public static BufferedInputStream open(Path file, InputStream standardInput) throws IOException {
    InputStream raw = isStandardInput(file) ? standardInput : Files.newInputStream(file);
    boolean opened = false;
    try {
      BufferedInputStream content = new BufferedInputStream(raw, BUFFER);
      if (begins(content, 0x1F, 0x8B)) {
        content = new BufferedInputStream(new GZIPInputStream(content, BUFFER), BUFFER);
      }
      if (begins(content, 0xEF, 0xBB, 0xBF)) {
        content.skipNBytes(3);
      }
      refuseOtherFormats(file, content);
      opened = true;
      return content;
    } finally {
      if (!opened && !isStandardInput(file)) {
        raw.close();
      }
    }
  }

  private static void refuseOtherFormats(Path file, BufferedInputStream content)
      throws IOException {
    if (begins(content, 'P', 'K', 3, 4)) {
      throw new CommandFailure(
          "%s is a ZIP archive or a spreadsheet, not text. Save a spreadsheet as CSV UTF-8; unpack an archive with: unzip -p %s | sluice produce DATASET --file -"
              .formatted(file, file));
    }
    int[] first = peek(content, 4);
    boolean utf16 =
        begins(content, 0xFF, 0xFE)
            || begins(content, 0xFE, 0xFF)
            || first.length == 4 && (first[1] == 0 || first[0] == 0);
    if (utf16) {
      throw new CommandFailure(
          "%s is UTF-16 text; only UTF-8 is read. Convert it with: iconv -f UTF-16 -t UTF-8 %s | sluice produce DATASET --file -"
              .formatted(file, file));
    }
    if (Arrays.stream(first).anyMatch(CONTROLS::contains)) {
      throw new CommandFailure(file + " is not text: it must be CSV or JSON lines in UTF-8.");
    }
  }

  /** Whether the first character that is no blank opens a JSON object or array. */
  static boolean looksLikeJson(BufferedInputStream content) throws IOException {
    content.mark(BUFFER);
    int first = content.read();
    for (int i = 1; i < BUFFER && first >= 0 && Character.isWhitespace(first); i++) {
      first = content.read();
    }
    content.reset();
    return first == '{' || first == '[';
  }

  /** The number of lines of a file; -1 if it is packed or the standard input. */
  public static long countLines(Path file) throws IOException {
    if (isStandardInput(file)) {
      return -1;
    }
    try (BufferedInputStream content =
        new BufferedInputStream(Files.newInputStream(file), BUFFER)) {
      if (begins(content, 0x1F, 0x8B)) {
        return -1;
      }
      long lines = 0;
      byte[] chunk = new byte[BUFFER];
      for (int size = content.read(chunk); size >= 0; size = content.read(chunk)) {
        for (int i = 0; i < size; i++) {
          lines += chunk[i] == '\n' ? 1 : 0;
        }
      }
      return lines;
    }
  }

  private static boolean begins(BufferedInputStream content, int... wanted) throws IOException {
    return Arrays.equals(peek(content, wanted.length), wanted);
  }

  private static int[] peek(BufferedInputStream content, int count) throws IOException {
    content.mark(count);
    byte[] bytes = content.readNBytes(count);
    content.reset();
    int[] unsigned = new int[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      unsigned[i] = Byte.toUnsignedInt(bytes[i]);
    }
    return unsigned;
  }
}
