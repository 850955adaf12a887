package io.sluice.runtime.quality;

import com.google.re2j.Matcher;
import io.sluice.definition.contract.TextPattern;
import org.apache.flink.table.data.StringData;

/**
 * A regular expression that must match a whole string, in time linear in the string whatever the
 * expression and the string. A string that is too long, see {@link TextPattern#fits}, does not
 * match. No clock is watched, so a replay decides the same. Not thread-safe.
 */
final class BoundedPattern {
  private final TextPattern pattern;
  private final Matcher matcher;

  /**
   * @throws IllegalArgumentException if the expression is none, see {@link TextPattern#compile}
   */
  BoundedPattern(String regex) {
    this.pattern = TextPattern.compile(regex);
    this.matcher = pattern.re2().matcher("");
  }

  boolean matches(StringData value) {
    String string = value.toString();
    if (!pattern.fits(string)) {
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
