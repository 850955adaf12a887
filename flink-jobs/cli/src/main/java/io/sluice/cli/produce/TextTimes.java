package io.sluice.cli.produce;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import java.util.regex.Pattern;
import org.apache.avro.LogicalType;

/**
 * Dates, times and timestamps as ISO-8601 text or as the number that Avro carries. A timestamp
 * without an offset is UTC; digits finer than the type's unit are cut off.
 */
final class TextTimes {
  private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,19}");
  private static final long MICROS_OF_SECOND = 1_000_000;
  private static final DateTimeFormatter TIMESTAMP =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
          .appendPattern("[XXX][XX][X]")
          .toFormatter();

  private TextTimes() {}

  /** Whether the logical type is a date, a time or a timestamp. */
  static boolean covers(LogicalType type) {
    return switch (type.getName()) {
      case "date",
          "time-millis",
          "time-micros",
          "timestamp-millis",
          "timestamp-micros",
          "local-timestamp-millis",
          "local-timestamp-micros" ->
          true;
      default -> false;
    };
  }

  /** An Integer or a Long, as the type wants it. */
  static Object parse(LogicalType type, String text) throws BadValueException {
    try {
      return switch (type.getName()) {
        case "date" -> Math.toIntExact(isNumber(text) ? number(text) : date(text));
        case "time-millis" -> Math.toIntExact(time(text, 1_000_000));
        case "time-micros" -> time(text, 1_000);
        case "timestamp-millis" -> isNumber(text) ? number(text) : instant(text).toEpochMilli();
        case "timestamp-micros" -> isNumber(text) ? number(text) : micros(instant(text));
        case "local-timestamp-millis" -> isNumber(text) ? number(text) : local(text).toEpochMilli();
        case "local-timestamp-micros" -> isNumber(text) ? number(text) : micros(local(text));
        default -> throw new IllegalArgumentException("not a time: " + type.getName());
      };
    } catch (DateTimeException e) {
      throw TextValues.bad(text, "a " + type.getName() + " (" + example(type) + ")");
    } catch (ArithmeticException | NumberFormatException e) {
      throw TextValues.outOfRange(text, "a " + type.getName());
    }
  }

  private static boolean isNumber(String text) {
    return NUMBER.matcher(text).matches();
  }

  private static long number(String text) {
    return Long.parseLong(text);
  }

  private static long date(String text) {
    return LocalDate.parse(text).toEpochDay();
  }

  private static long time(String text, long nanosPerUnit) {
    long value = isNumber(text) ? number(text) : LocalTime.parse(text).toNanoOfDay() / nanosPerUnit;
    long unitsPerDay = 86_400_000_000_000L / nanosPerUnit;
    if (value < 0 || value >= unitsPerDay) {
      throw new ArithmeticException("outside a day");
    }
    return value;
  }

  private static Instant instant(String text) {
    TemporalAccessor parsed =
        TIMESTAMP.parseBest(withT(text), OffsetDateTime::from, LocalDateTime::from);
    return parsed instanceof OffsetDateTime offset
        ? offset.toInstant()
        : ((LocalDateTime) parsed).toInstant(ZoneOffset.UTC);
  }

  /** A wall-clock time as the instant at which it is shown in UTC, which is how Avro counts it. */
  private static Instant local(String text) {
    return LocalDateTime.parse(withT(text)).toInstant(ZoneOffset.UTC);
  }

  private static String withT(String text) {
    boolean blank = text.length() > 10 && text.charAt(10) == ' ';
    return blank ? text.substring(0, 10) + 'T' + text.substring(11) : text;
  }

  private static long micros(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), MICROS_OF_SECOND), instant.getNano() / 1_000);
  }

  private static String example(LogicalType type) {
    return switch (type.getName()) {
      case "date" -> "2026-01-31 or days since 1970";
      case "time-millis", "time-micros" -> "13:45:00.5 or a number of its unit";
      case "timestamp-millis", "timestamp-micros" ->
          "2026-01-31T13:45:00Z or a number since 1970 in its unit";
      default -> "2026-01-31T13:45:00 or a number since 1970 in its unit";
    };
  }
}
