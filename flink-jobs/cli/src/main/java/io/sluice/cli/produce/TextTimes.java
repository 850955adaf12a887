package io.sluice.cli.produce;

import io.sluice.cli.text.IsoTimes;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.avro.LogicalType;

/**
 * Dates, times and timestamps as ISO-8601 text or as the number that Avro carries, or after the
 * format of the column. Digits finer than the type's unit are refused unless they are zeros.
 */
final class TextTimes {
  private static final Pattern NUMBER = Pattern.compile("([+-]?\\d{1,19})(\\.0*)?");
  private static final long MICROS_OF_SECOND = 1_000_000;
  private static final long NANOS_OF_MILLI = 1_000_000;
  private static final long NANOS_OF_MICRO = 1_000;
  private static final Set<String> TYPES =
      Set.of(
          "date",
          "time-millis",
          "time-micros",
          "timestamp-millis",
          "timestamp-micros",
          "local-timestamp-millis",
          "local-timestamp-micros");

  private TextTimes() {}

  /** Whether the logical type is a date, a time or a timestamp. */
  static boolean covers(LogicalType type) {
    return TYPES.contains(type.getName());
  }

  /** Whether what the format writes is read again as a value of the type. */
  static boolean fits(LogicalType type, TimeFormat format) {
    try {
      written(type, format.sample(), TextStyle.STANDARD.with(format));
      return true;
    } catch (DateTimeException | BadValueException e) {
      return false;
    }
  }

  /** An Integer or a Long, as the type wants it. */
  static Object parse(LogicalType type, String text, TextStyle style) throws BadValueException {
    String written = text.strip();
    try {
      Matcher number = NUMBER.matcher(written);
      return style.format() == null && number.matches()
          ? number(type, Long.parseLong(number.group(1)))
          : written(type, written, style);
    } catch (DateTimeException e) {
      throw TextValues.bad(text, "a " + type.getName() + " (" + example(type, style) + ")");
    } catch (ArithmeticException | NumberFormatException e) {
      throw TextValues.outOfRange(text, "a " + type.getName());
    }
  }

  private static Object number(LogicalType type, long value) {
    return switch (type.getName()) {
      case "date" -> Math.toIntExact(value);
      case "time-millis" -> Math.toIntExact(withinDay(value, 86_400_000L));
      case "time-micros" -> withinDay(value, 86_400_000_000L);
      default -> value;
    };
  }

  private static long withinDay(long value, long unitsPerDay) {
    if (value < 0 || value >= unitsPerDay) {
      throw new ArithmeticException("outside a day");
    }
    return value;
  }

  private static Object written(LogicalType type, String text, TextStyle style)
      throws BadValueException {
    TimeFormat format = style.format();
    return switch (type.getName()) {
      case "date" -> Math.toIntExact(date(text, format).toEpochDay());
      case "time-millis" -> Math.toIntExact(ofDay(type, text, time(text, format), NANOS_OF_MILLI));
      case "time-micros" -> ofDay(type, text, time(text, format), NANOS_OF_MICRO);
      case "timestamp-millis" -> millis(type, text, instant(text, format, style.zone()));
      case "timestamp-micros" -> micros(type, text, instant(text, format, style.zone()));
      case "local-timestamp-millis" -> millis(type, text, local(text, format));
      case "local-timestamp-micros" -> micros(type, text, local(text, format));
      default -> throw new IllegalArgumentException("not a time: " + type.getName());
    };
  }

  private static LocalDate date(String text, TimeFormat format) {
    return format == null ? IsoTimes.date(text) : format.date(text);
  }

  private static LocalTime time(String text, TimeFormat format) {
    return format == null ? IsoTimes.time(text) : format.time(text);
  }

  private static Instant instant(String text, TimeFormat format, ZoneId zone) {
    return format == null ? IsoTimes.instant(text, zone) : format.instant(text, zone);
  }

  /** A wall-clock time as the instant at which it is shown in UTC, which is how Avro counts it. */
  private static Instant local(String text, TimeFormat format) {
    LocalDateTime local = format == null ? IsoTimes.local(text) : format.local(text);
    return local.toInstant(ZoneOffset.UTC);
  }

  private static long ofDay(LogicalType type, String text, LocalTime time, long unit)
      throws BadValueException {
    checkDigits(type, text, time.getNano(), unit);
    return time.toNanoOfDay() / unit;
  }

  private static long millis(LogicalType type, String text, Instant instant)
      throws BadValueException {
    checkDigits(type, text, instant.getNano(), NANOS_OF_MILLI);
    return instant.toEpochMilli();
  }

  private static long micros(LogicalType type, String text, Instant instant)
      throws BadValueException {
    checkDigits(type, text, instant.getNano(), NANOS_OF_MICRO);
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), MICROS_OF_SECOND),
        instant.getNano() / NANOS_OF_MICRO);
  }

  /** A value without its last digits would be another value. */
  private static void checkDigits(LogicalType type, String text, int nanos, long unit)
      throws BadValueException {
    if (nanos % unit != 0) {
      throw new BadValueException(
          TextValues.quoted(text),
          "has digits finer than the %s of a %s"
              .formatted(unit == NANOS_OF_MILLI ? "milliseconds" : "microseconds", type.getName()));
    }
  }

  private static String example(LogicalType type, TextStyle style) {
    if (style.format() != null) {
      return "format " + style.format().pattern();
    }
    String unit = type.getName().endsWith("micros") ? "microseconds" : "milliseconds";
    return switch (type.getName()) {
      case "date" -> "2026-01-31, with years 0001 to 9999, or days since 1970";
      case "time-millis", "time-micros" -> "13:45:00.5, or %s of the day".formatted(unit);
      case "timestamp-millis", "timestamp-micros" ->
          "2026-01-31T13:45:00Z, with years 0001 to 9999, or %s since 1970".formatted(unit);
      default -> "2026-01-31T13:45:00, with years 0001 to 9999, or %s since 1970".formatted(unit);
    };
  }
}
