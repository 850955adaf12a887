package io.sluice.definition;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

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
   * The most steps that one text may take: its length times the length of the program that RE2
   * makes of the expression.
   */
  static final long MAX_STEPS = 5_000_000;

  private final Pattern pattern;
  private final int maxText;

  private TextPattern(Pattern pattern, int maxText) {
    this.pattern = pattern;
    this.maxText = maxText;
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
    Pattern pattern;
    try {
      pattern = Pattern.compile(scan.translated());
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "the pattern needs '%s', which is not supported: patterns are RE2, matched in linear time, without backreferences, lookaround, possessive quantifiers and escapes of Java alone. Write it without."
              .formatted(e.getPattern()),
          e);
    }
    int maxText = (int) Math.min(2 * scan.maxLength(), MAX_TEXT);
    long steps = (long) maxText * pattern.programSize();
    if (steps > MAX_STEPS) {
      throw new IllegalArgumentException(
          "the pattern may take %,d steps for one text, and at most %,d are allowed. Use fewer or smaller repetitions; for a length alone, use 'minLength' and 'maxLength'."
              .formatted(steps, MAX_STEPS));
    }
    return new TextPattern(pattern, maxText);
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

  /** UTF-16 units of the longest text that is looked at. */
  public int maxText() {
    return maxText;
  }

  /** The pattern for RE2's matcher; a whole text must match. */
  public Pattern re2() {
    return pattern;
  }
}
