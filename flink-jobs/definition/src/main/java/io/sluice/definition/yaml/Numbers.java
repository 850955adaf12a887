package io.sluice.definition.yaml;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers and durations as they are written in definition files. */
public final class Numbers {
  private static final Pattern DECIMAL =
      Pattern.compile("[-+]?(?:\\d{1,60}(?:\\.\\d{0,60})?|\\.\\d{1,60})(?:[eE][-+]?\\d{1,3})?");
  private static final Pattern INTEGER = Pattern.compile("[-+]?\\d{1,10}");

  /** A hundred years: sums of a few durations overflow in no unit. */
  static final Duration MAX_DURATION = Duration.ofDays(36_500);

  private static final Pattern DURATION = Pattern.compile("0*(\\d+)\\s?(ms|s|m|h|d)");
  private static final int MAX_DIGITS = 13;
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "ms",
          ChronoUnit.MILLIS,
          "s",
          ChronoUnit.SECONDS,
          "m",
          ChronoUnit.MINUTES,
          "h",
          ChronoUnit.HOURS,
          "d",
          ChronoUnit.DAYS);

  private Numbers() {}

  /** A decimal number; hexadecimal, octal, infinity and numbers of absurd size are none. */
  public static Optional<BigDecimal> parse(String text) {
    return DECIMAL.matcher(text).matches() ? Optional.of(new BigDecimal(text)) : Optional.empty();
  }

  static Optional<Integer> parseInt(String text) {
    if (!INTEGER.matcher(text).matches()) {
      return Optional.empty();
    }
    long value = Long.parseLong(text);
    return value == (int) value ? Optional.of((int) value) : Optional.empty();
  }

  /** Whatever is longer than {@link #MAX_DURATION} is a day longer. */
  static Optional<Duration> parseDuration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Duration tooLong = MAX_DURATION.plusDays(1);
    if (matcher.group(1).length() > MAX_DIGITS) {
      return Optional.of(tooLong);
    }
    Duration duration = Duration.of(Long.parseLong(matcher.group(1)), UNITS.get(matcher.group(2)));
    return Optional.of(duration.compareTo(tooLong) > 0 ? tooLong : duration);
  }
}
