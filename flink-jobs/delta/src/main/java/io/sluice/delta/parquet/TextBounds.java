package io.sluice.delta.parquet;

import java.util.Optional;

/**
 * Short bounds for long strings: a prefix is a lower bound; an upper bound needs a sign behind the
 * prefix.
 */
final class TextBounds {

  /** Code points kept, as Delta's own writers do. */
  static final int LENGTH = 32;

  private static final int GREATEST_ASCII = 0x7F;

  private TextBounds() {}

  static Optional<String> lower(String text) {
    return Optional.of(
        text.codePointCount(0, text.length()) <= LENGTH ? text : prefix(text, LENGTH));
  }

  /** The prefix and one sign greater than whatever follows; empty when there is none in reach. */
  static Optional<String> upper(String text) {
    int points = text.codePointCount(0, text.length());
    if (points <= LENGTH) {
      return Optional.of(text);
    }
    for (int length = LENGTH; length < points; length++) {
      int next = text.codePointAt(text.offsetByCodePoints(0, length));
      if (next < GREATEST_ASCII) {
        return Optional.of(prefix(text, length) + (char) GREATEST_ASCII);
      }
      if (next < Character.MAX_CODE_POINT) {
        return Optional.of(prefix(text, length) + Character.toString(Character.MAX_CODE_POINT));
      }
    }
    return Optional.empty();
  }

  private static String prefix(String text, int codePoints) {
    return text.substring(0, text.offsetByCodePoints(0, codePoints));
  }
}
