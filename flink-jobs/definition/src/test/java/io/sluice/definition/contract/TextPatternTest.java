package io.sluice.definition.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.google.re2j.Matcher;
import java.time.Duration;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextPatternTest {
  private static final String[] PIECES = {
    "a",
    "b",
    "A",
    "Z",
    "7",
    "_",
    ".",
    "-",
    " ",
    "\n",
    "\r",
    "\t",
    "\u000B",
    "\f",
    "\u0085",
    "\u2028",
    "é",
    "ß",
    "\uD83D\uDE80",
    "[",
    "]",
    "&",
    "ab",
    "aab"
  };

  private static boolean matches(String expression, String text) {
    TextPattern pattern = TextPattern.compile(expression);
    return pattern.fits(text) && pattern.re2().matcher(text).matches();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "^[A-Z]{1,5}$",
        "[a-z]+",
        "[A-Z].*",
        ".*",
        ".",
        "..",
        "(?s).*",
        "(?s)a.b",
        "a|ab|aab",
        "(a|b)*",
        "(?:a|b){2,3}",
        "(ab){2}",
        "a*?b+?",
        "\\s*",
        "\\S+",
        "[\\s]*",
        "[^\\s]*",
        "[^a]",
        "[]a]+",
        "[^]a]+",
        "\\w+",
        "\\W+",
        "\\d",
        "\\D*",
        "\\p{L}+",
        "\\P{L}+",
        "\\p{Lu}a",
        "\\x61\\x{62}",
        "[\\x61-c]+",
        "\\Qa.b\\E",
        "\\Q.\\E*",
        "a\\.b",
        "\\[\\]",
        "(?<first>a)b",
        "a?b?c?",
        "(a?){3}",
        "(|a)*b",
        "()*",
        "",
        "a{0}b",
        "a{0}",
        ".{2}",
        "^.{1,3}$",
        "(?s).{2,3}",
        "(?i)a{1,3}",
        "[^a]{0,2}",
        "[ab\\]}]{1,2}",
        "\\w{2}",
        "ab{1,2}",
        "a|b{1,2}",
        "\uD83D\uDE80{1,2}",
        "\\Qa\\E{1,2}",
        "(a|b){1,2}",
        "a{1,2}?",
        "a{2,}",
        "\uD83D\uDE80+",
        "\\n",
        "\\t|\\r|\\f",
        "^a|b$",
        "\\Aab\\z",
        "[a&b]",
        "[\\[\\]]+",
        "a-b"
      })
  void meansWhatItMeansInJava(String expression) {
    Pattern java = Pattern.compile(expression);
    TextPattern pattern = TextPattern.compile(expression);
    Matcher matcher = pattern.re2().matcher("");
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int length = random.nextInt(6); length > 0; length--) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      boolean found = pattern.fits(text.toString()) && matcher.reset(text.toString()).matches();
      assertThat(found)
          .as("'%s' and '%s'", expression, text)
          .isEqualTo(java.matcher(text).matches());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      value = {
        "(a)\\1; the pattern needs '\\1', which is not supported",
        "(?=a)b; the pattern needs '(?='",
        "(?!a)b; the pattern needs '(?!'",
        "(?<=a)(b>); the pattern needs '(?<",
        "(?>a)b; the pattern needs '(?>'",
        "a++; the pattern needs '++'",
        "\\p{Alpha}; the pattern needs '\\p{Alpha}'",
        "\\u0041; the pattern needs '\\u'",
        "\\R; the pattern needs '\\R'",
        "\\b{g}; the pattern has \\b{g}",
        "\\N{DIGIT ONE}; the pattern needs '\\N'",
        "a{1001}; the pattern needs '{1001}'",
        "[a&&b]; the pattern has && within brackets, which would mean the character &",
        "[a[bc]]; the pattern has [ within brackets, which would mean the character [",
        "[[:alpha:]]; the pattern has [ within brackets",
        "\\0141; the pattern has \\0",
        "\\v; the pattern has \\v, which would mean the vertical tab alone",
        "a\\V; the pattern has \\V, which would mean the vertical tab alone",
        "[\\Q]\\E]; the pattern has \\Q within brackets",
        "(?U)\\w; the pattern has the flag 'U'",
        "(?x)a # (; the pattern has the flag 'x'",
        "(?m)^a$; the pattern has the flag 'm'",
        "a(?s:.); the pattern has the flag 's'",
        "[A-Z; not a regular expression: Unclosed character class at character 4 of '[A-Z'",
        "((a{100}){100}){100}; multiply to more than 10,000 steps",
        "((((((((a?){10}){10}){10}){10}){10}){10}){10}){10}; multiply to more than 10,000 steps",
        "(a{40}){100}b*; the pattern may take",
        "(.*){63}b; the pattern may take 2,550,000 steps for one text, and at most 250,000 are allowed"
      })
  void refusesWhatIsNotLinearOrMeansSomethingElse(String expression, String message) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(5),
        () ->
            assertThatIllegalArgumentException()
                .isThrownBy(() -> TextPattern.compile(expression))
                .withMessageContaining(message));
  }

  /** Java's matcher takes exponential time for each, some of it without looking at a character. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "(a+)+b",
        "(a|a)*b",
        "(a*)*b",
        "(()|a)+b",
        "((()|())*a?)*b",
        "(|a|b|)*c",
        "(a?){40}a{40}b",
        "((|){5}){5}a*b",
        "((a{0,5}){0,5})*b",
        "(()()()()()()()())*(a*)*c"
      })
  void isFastForEveryText(String expression) {
    assertTimeoutPreemptively(
        Duration.ofSeconds(10), () -> assertThat(matches(expression, "a".repeat(9_999))).isFalse());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ".{0,1000}",
        "[\\p{L}0-9 .,'-]{1,1000}",
        "[A-Z]{2}[0-9]{2,30}",
        "[A-Z]{2}-.{1,255}",
        "\\d{4}-(0[1-9]|1[0-2])-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[+-]\\d{2}:\\d{2})",
        "[A-Za-z0-9_-]{1,64}@[A-Za-z0-9.-]{1,255}",
        "\\w+( \\w+){0,20}",
        "((25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(25[0-5]|2[0-4]\\d|1?\\d?\\d)"
      })
  void takesWhatContractsUse(String expression) {
    assertThat(TextPattern.compile(expression).fits("a1".repeat(5))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}",
        "https?://[\\w.-]+(:\\d+)?(/[\\w./?%&=+-]*)?",
        "\\{.*\\}",
        "[\\w ]*"
      })
  void looksAtTenThousandCharacters(String expression) {
    TextPattern pattern = TextPattern.compile(expression);
    assertThat(pattern.fits("a".repeat(10_000))).isTrue();
    assertThat(pattern.fits("a".repeat(10_001))).isFalse();
  }

  @Test
  void boundsTheText() {
    assertThat(matches(".*", "a".repeat(10_000))).isTrue();
    assertThat(matches(".*", "a".repeat(10_001))).isFalse();
    assertThat(matches(".{0,1000}", "\uD83D\uDE80".repeat(1_000))).isTrue();
    assertThat(matches(".{0,1000}", "a".repeat(1_001))).isFalse();
    assertThat(matches(".{5,1000}", "\uD83D\uDE80".repeat(4))).isFalse();
    // Some 190 instructions leave 1,300 characters.
    assertThat(matches("(?:a?){90}a*", "a".repeat(1_000))).isTrue();
    assertThat(matches("(?:a?){90}a*", "a".repeat(2_000))).isFalse();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TextPattern.compile("a".repeat(1_001)))
        .withMessage("a pattern has at most 1000 characters");
    assertThat(matches("(".repeat(99) + "a" + ")".repeat(99), "a")).isTrue();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TextPattern.compile("(".repeat(200) + "a" + ")".repeat(200)));
  }
}
