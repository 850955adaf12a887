package io.sluice.definition.contract;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;

/**
 * A regular expression of a contract that is matched in time linear in the text, whatever the
 * expression and the text: RE2, which has neither backreferences nor lookaround nor possessive
 * quantifiers. An expression means what it means to {@link java.util.regex.Pattern}, or it is
 * refused; three differences stay: {@code \b} and {@code (?i)} as RE2 has them (ASCII words, all of
 * Unicode's letters), and {@code \S} within brackets holds the vertical tab.
 */
public final class TextPattern {
  /** Characters of an expression. */
  public static final int MAX_EXPRESSION = 1_000;

  /** UTF-16 units of a text; a longer one never matches. */
  public static final int MAX_TEXT = 10_000;

  /**
   * The most steps that one text may take: the characters that are looked at times the length of
   * the program that RE2 makes of the expression. A step takes 5 to 75 nanoseconds.
   */
  static final long MAX_STEPS = 250_000;

  /** An expression without an end has to be small enough for texts of this length, at least. */
  private static final int LEAST_TEXT = 1_000;

  /** One class of characters, repeated: its program would grow with the length it allows. */
  private static final java.util.regex.Pattern LENGTH =
      java.util.regex.Pattern.compile(
          "(?s)(?<flags>\\(\\?[is]+\\))?\\^?(?<atom>.+)\\{(?<least>\\d{1,4})(?<range>,(?<most>\\d{1,4}))?\\}\\$?");

  private final Pattern pattern;
  private final int maxText;
  private final int minCharacters;
  private final int maxCharacters;

  private TextPattern(Pattern pattern, int maxText, int minCharacters, int maxCharacters) {
    this.pattern = pattern;
    this.maxText = maxText;
    this.minCharacters = minCharacters;
    this.maxCharacters = maxCharacters;
  }

  /**
   * Compiles an expression.
   *
   * @throws IllegalArgumentException with a sentence that says what is wrong with it, or what RE2
   *     lacks
   */
  public static TextPattern compile(String expression) {
    if (expression.length() > MAX_EXPRESSION) {
      throw new IllegalArgumentException("a pattern has at most " + MAX_EXPRESSION + " characters");
    }
    requireJava(expression);
    PatternScan scan = PatternScan.of(expression);
    Pattern pattern = re2(scan);
    Optional<TextPattern> length = ofLength(expression);
    if (length.isPresent()) {
      return length.get();
    }
    int size = pattern.programSize();
    long looksAt = Math.min(scan.maxLength(), MAX_TEXT);
    if (scan.maxLength() > MAX_TEXT && MAX_STEPS / size >= LEAST_TEXT) {
      looksAt = Math.min(MAX_STEPS / size, MAX_TEXT);
    }
    if (looksAt * size > MAX_STEPS) {
      throw new IllegalArgumentException(
          "the pattern may take %,d steps for one text, and at most %,d are allowed. Use fewer or smaller repetitions; for a length alone, use 'minLength' and 'maxLength'."
              .formatted(looksAt * size, MAX_STEPS));
    }
    // A character may be two units; behind the last one that it allows, a pattern does nothing.
    int maxText =
        (int) Math.min(2 * scan.maxLength(), looksAt == scan.maxLength() ? MAX_TEXT : looksAt);
    return new TextPattern(pattern, maxText, 0, MAX_TEXT);
  }

  /** The class in any number, and the number apart from it. */
  private static Optional<TextPattern> ofLength(String expression) {
    Matcher parts = LENGTH.matcher(expression);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String flags = Objects.requireNonNullElse(parts.group("flags"), "");
    if (!PatternScan.isOneClass(parts.group("atom"))) {
      return Optional.empty();
    }
    int least = Integer.parseInt(parts.group("least"));
    int most = parts.group("range") == null ? least : Integer.parseInt(parts.group("most"));
    Pattern any = re2(PatternScan.of(flags + parts.group("atom") + "*"));
    return Optional.of(new TextPattern(any, Math.min(2 * most, MAX_TEXT), least, most));
  }

  private static Pattern re2(PatternScan scan) {
    try {
      return Pattern.compile(scan.translated());
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "the pattern needs '%s', which is not supported: patterns are RE2, matched in linear time, without backreferences, lookaround, possessive quantifiers and escapes of Java alone. Write it without."
              .formatted(e.getPattern()),
          e);
    }
  }

  /** Java's messages are the better ones, and what Java does not take has no meaning here. */
  private static void requireJava(String expression) {
    try {
      java.util.regex.Pattern.compile(expression);
    } catch (java.util.regex.PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "not a regular expression: %s at character %d of '%s'"
              .formatted(e.getDescription(), e.getIndex() + 1, expression),
          e);
    }
  }

  /**
   * Whether the text has a length that can match. Others are not looked at: a text of an endless
   * pattern has at most {@value #MAX_TEXT} UTF-16 units, and fewer if the pattern is large.
   */
  public boolean fits(String text) {
    if (text.length() > maxText) {
      return false;
    }
    if (minCharacters == 0 && text.length() <= maxCharacters) {
      return true;
    }
    int characters = text.codePointCount(0, text.length());
    return characters >= minCharacters && characters <= maxCharacters;
  }

  /** The pattern for RE2's matcher; a whole text that {@link #fits} must match. */
  public Pattern re2() {
    return pattern;
  }
}
