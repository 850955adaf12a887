package io.sluice.cli.text;

/**
 * Text from outside as a terminal may show it: what would steer the terminal, or show letters in
 * another order than they stand, becomes a visible escape such as {@code \\u001b}. In a JSON text
 * the escape stands for the same character, so that it stays valid and exact.
 */
public final class TerminalText {
  private static final int SOFT_HYPHEN = 0xad;
  private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
  private static final int ZERO_WIDTH_JOINER = 0x200d;

  private TerminalText() {}

  /** The text with its lines and tabs; everything else that is no visible character is escaped. */
  public static String escape(String text) {
    StringBuilder escaped = null;
    for (int i = 0; i < text.length(); ) {
      int character = text.codePointAt(i);
      int length = Character.charCount(character);
      boolean steers = character != '\n' && character != '\t' && steers(character);
      if (steers && escaped == null) {
        escaped = new StringBuilder(text.length() + 16).append(text, 0, i);
      }
      if (escaped != null) {
        if (steers) {
          append(escaped, text, i, length);
        } else {
          escaped.append(text, i, i + length);
        }
      }
      i += length;
    }
    return escaped == null ? text : escaped.toString();
  }

  /** The text in one line: breaks and tabs are escaped, too. */
  static String line(String text) {
    return escape(text).replace("\n", "\\u000a").replace("\t", "\\u0009");
  }

  private static void append(StringBuilder escaped, String text, int from, int length) {
    for (int i = from; i < from + length; i++) {
      escaped.append("\\u%04x".formatted((int) text.charAt(i)));
    }
  }

  /**
   * Control characters (C0, DEL, C1), direction marks and other invisible format characters, line
   * separators and halves of surrogate pairs. The joiners of words and emoji stay.
   */
  static boolean steers(int character) {
    if (character < 0x7f) {
      return character < ' ';
    }
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      case Character.FORMAT ->
          character != ZERO_WIDTH_NON_JOINER
              && character != ZERO_WIDTH_JOINER
              && character != SOFT_HYPHEN;
      default -> false;
    };
  }
}
