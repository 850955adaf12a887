package io.sluice.cli.text;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Sizes and durations as people write them. */
public final class Amounts {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,12}) ?(B|KB|MB|GB)");
  private static final Pattern TIME = Pattern.compile("(\\d{1,6})(m|h|d)");

  private Amounts() {}

  /** {@code 128MB} as bytes; a KB is 1024. */
  public static final class Bytes implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
      Matcher size = SIZE.matcher(text.toUpperCase(Locale.ROOT));
      if (!size.matches() || Long.parseLong(size.group(1)) == 0) {
        throw new TypeConversionException(
            "'" + text + "' is no size: write a number of B, KB, MB or GB, such as 128MB");
      }
      int power = 10 * List.of("B", "KB", "MB", "GB").indexOf(size.group(2));
      return Long.parseLong(size.group(1)) << power;
    }
  }

  /** {@code 7d} as a duration. */
  public static final class Time implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      Matcher time = TIME.matcher(text);
      if (!time.matches()) {
        throw new TypeConversionException(
            "'" + text + "' is no duration: write a number of m, h or d, such as 7d or 36h");
      }
      long number = Long.parseLong(time.group(1));
      return switch (time.group(2)) {
        case "m" -> Duration.ofMinutes(number);
        case "h" -> Duration.ofHours(number);
        default -> Duration.ofDays(number);
      };
    }
  }

  /** {@code 90s} or {@code 2m} as a duration. */
  public static final class ShortTime implements ITypeConverter<Duration> {
    private static final Pattern SHORT = Pattern.compile("(\\d{1,6})(s|m)");

    @Override
    public Duration convert(String text) {
      Matcher time = SHORT.matcher(text);
      if (!time.matches()) {
        throw new TypeConversionException(
            "'" + text + "' is no duration: write a number of s or m, such as 90s or 2m");
      }
      long number = Long.parseLong(time.group(1));
      return time.group(2).equals("s") ? Duration.ofSeconds(number) : Duration.ofMinutes(number);
    }
  }

  /** Bytes for people. */
  public static String bytes(long bytes) {
    if (bytes < 1 << 10) {
      return bytes + " B";
    }
    double amount = bytes / 1024.0;
    for (String unit : List.of("KB", "MB")) {
      if (amount < 1024) {
        return "%.1f %s".formatted(amount, unit);
      }
      amount /= 1024;
    }
    return "%.1f GB".formatted(amount);
  }
}
