package io.sluice.cli.produce;

import io.sluice.cli.text.IsoTimes;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalQueries;
import java.util.Locale;

/**
 * Dates and times after a pattern of {@link DateTimeFormatter}, with English names. Days and hours
 * that do not exist are refused.
 */
public final class TimeFormat {
  private final String pattern;
  private final DateTimeFormatter formatter;

  /**
   * @throws IllegalArgumentException if the pattern is none
   */
  TimeFormat(String pattern) {
    this.pattern = pattern;
    this.formatter =
        new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .appendPattern(prolepticYears(pattern))
            .toFormatter(Locale.ENGLISH)
            .withResolverStyle(ResolverStyle.STRICT);
  }

  String pattern() {
    return pattern;
  }

  /** The begin of a day in this format. */
  String sample() {
    return formatter.format(LocalDate.of(2026, 11, 23).atStartOfDay(ZoneOffset.UTC));
  }

  /** A date; a time of day other than midnight would be lost and is refused. */
  LocalDate date(String text) {
    TemporalAccessor parsed = formatter.parse(text);
    LocalTime time = parsed.query(TemporalQueries.localTime());
    if (time != null && !time.equals(LocalTime.MIDNIGHT)) {
      throw new DateTimeException("has a time of day");
    }
    return IsoTimes.inRange(LocalDate.from(parsed));
  }

  LocalTime time(String text) {
    return LocalTime.from(formatter.parse(text));
  }

  /** A wall-clock time, the begin of the day if the pattern has none; no zone may stand there. */
  LocalDateTime local(String text) {
    TemporalAccessor parsed = formatter.parse(text);
    if (parsed.query(TemporalQueries.zone()) != null) {
      throw new DateTimeException("has a zone");
    }
    return local(parsed);
  }

  /**
   * A moment.
   *
   * @param zone for text without a zone or offset
   */
  Instant instant(String text, ZoneId zone) {
    TemporalAccessor parsed = formatter.parse(text);
    ZoneId written = parsed.query(TemporalQueries.zone());
    return IsoTimes.at(local(parsed), written == null ? zone : written);
  }

  private static LocalDateTime local(TemporalAccessor parsed) {
    LocalDate date = IsoTimes.inRange(LocalDate.from(parsed));
    LocalTime time = parsed.query(TemporalQueries.localTime());
    return time == null ? date.atStartOfDay() : date.atTime(time);
  }

  /**
   * Strict resolving wants an era beside {@code y}; people write {@code yyyy} and mean the year.
   */
  private static String prolepticYears(String pattern) {
    StringBuilder proleptic = new StringBuilder();
    boolean literal = false;
    for (char c : pattern.toCharArray()) {
      literal ^= c == '\'';
      proleptic.append(c == 'y' && !literal && pattern.indexOf('G') < 0 ? 'u' : c);
    }
    return proleptic.toString();
  }
}
