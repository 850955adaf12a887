package io.sluice.runtime.quality;

import com.google.re2j.Matcher;
import io.sluice.definition.TextPattern;
import org.apache.flink.table.data.StringData;

/**
 * A regular expression that must match a whole string, in time linear in the string whatever the
 * expression and the string. A string of more than {@value TextPattern#MAX_TEXT} UTF-16 units does
 * not match. No clock is watched, so a replay decides the same. Not thread-safe.
 */
final class BoundedPattern {
  private final Matcher matcher;
  private final int maxText;

  /**
   * @throws IllegalArgumentException if the expression is none, see {@link TextPattern#compile}
   */
  BoundedPattern(String regex) {
    TextPattern pattern = TextPattern.compile(regex);
    this.matcher = pattern.re2().matcher("");
    this.maxText = pattern.maxText();
  }

  boolean matches(StringData value) {
    String string = value.toString();
    if (string.length() > maxText) {
      return false;
    }
    try {
      return matcher.reset(string).matches();
    } catch (StackOverflowError e) {
      // RE2 follows alternatives without characters by calling itself, once per instruction.
      return false;
    }
  }
}
