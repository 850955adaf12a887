package io.sluice.cli.text;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Dates and times as ISO-8601 text with a T or a blank between them. Days, hours, seconds and
 * offsets that do not exist are refused with a {@link DateTimeException}, and so are years outside
 * 1 to 9999.
 */
public final class IsoTimes {
  private static final Pattern DATE = Pattern.compile("\\d{4}-\\d{2}-\\d{2}");
  private static final Pattern TIMESTAMP =
      Pattern.compile("(\\d{4}-\\d{2}-\\d{2})[T ]([\\d:.]+)(Z|[+-]\\d{2}(?::?\\d{2})?)?");
  private static final Pattern ZEROS_BELOW_NANOS = Pattern.compile("([\\d:]+\\.\\d{9})0+");

  private IsoTimes() {}

  /** A date such as {@code 2026-01-31}. */
  public static LocalDate date(String text) {
    if (!DATE.matcher(text).matches()) {
      throw new DateTimeException("not a date: " + text);
    }
    return inRange(LocalDate.parse(text));
  }

  /** A time of day such as {@code 13:45:00.5}. */
  public static LocalTime time(String text) {
    Matcher zeros = ZEROS_BELOW_NANOS.matcher(text);
    return LocalTime.parse(zeros.matches() ? zeros.group(1) : text);
  }

  /** A wall-clock time such as {@code 2026-01-31T13:45}; an offset is refused. */
  public static LocalDateTime local(String text) {
    Matcher parts = parts(text);
    if (parts.group(3) != null) {
      throw new DateTimeException("has an offset: " + text);
    }
    return local(parts);
  }

  /**
   * A moment such as {@code 2026-01-31T13:45:00Z}.
   *
   * @param zone for text without an offset
   */
  public static Instant instant(String text, ZoneId zone) {
    Matcher parts = parts(text);
    return at(local(parts), parts.group(3) == null ? zone : ZoneOffset.of(parts.group(3)));
  }

  /**
   * The moment at which a wall clock shows a time. Of the two when clocks are set back it is the
   * first.
   *
   * @throws DateTimeException when clocks are set forward and skip the time
   */
  public static Instant at(LocalDateTime local, ZoneId zone) {
    if (zone.getRules().getValidOffsets(local).isEmpty()) {
      throw new DateTimeException("does not exist in " + zone);
    }
    return local.atZone(zone).toInstant();
  }

  /** The date itself when its year has four digits. */
  public static LocalDate inRange(LocalDate date) {
    if (date.getYear() < 1 || date.getYear() > 9999) {
      throw new DateTimeException("year " + date.getYear());
    }
    return date;
  }

  private static Matcher parts(String text) {
    Matcher parts = TIMESTAMP.matcher(text);
    if (!parts.matches()) {
      throw new DateTimeException("not a timestamp: " + text);
    }
    return parts;
  }

  private static LocalDateTime local(Matcher parts) {
    return date(parts.group(1)).atTime(time(parts.group(2)));
  }
}
