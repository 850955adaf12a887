package io.sluice.runtime.quality;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.table.data.StringData;

/**
 * A regular expression that must match a whole string, in bounded time whatever the expression and
 * the string: a string of more than {@value #MAX_LENGTH} characters does not match, and neither
 * does one for which the matcher looks at more than {@value #MAX_STEPS} characters, as happens with
 * nested repetitions such as {@code (a+)+b}. The bounds count, they do not watch a clock, so a
 * replay decides the same.
 */
final class BoundedPattern {
  /** UTF-16 units. */
  static final int MAX_LENGTH = 10_000;

  static final int MAX_STEPS = 1_000_000;

  private final Matcher matcher;
  private final CountedText text = new CountedText();

  BoundedPattern(String regex) {
    this.matcher = Pattern.compile(regex).matcher("");
  }

  boolean matches(StringData value) {
    String string = value.toString();
    if (string.length() > MAX_LENGTH) {
      return false;
    }
    text.reset(string);
    try {
      return matcher.reset(text).matches();
    } catch (TooManyStepsException | StackOverflowError e) {
      // Java's matcher recurses once per repetition of a group: long strings may exhaust the stack.
      return false;
    }
  }

  /** Thrown out of the matcher, which has no other way to be stopped. */
  private static final class TooManyStepsException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooManyStepsException() {
      super("too many steps", null, false, false);
    }
  }

  /** A string that counts how often it is looked at. */
  private static final class CountedText implements CharSequence {
    private String string = "";
    private int steps;

    void reset(String newString) {
      string = newString;
      steps = 0;
    }

    @Override
    public int length() {
      return string.length();
    }

    @Override
    public char charAt(int index) {
      if (++steps > MAX_STEPS) {
        throw new TooManyStepsException();
      }
      return string.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return string.subSequence(start, end);
    }

    @Override
    public String toString() {
      return string;
    }
  }
}
