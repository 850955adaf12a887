package io.sluice.cli.produce;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How the columns of an input are written.
 *
 * @param delimiter between the cells of a CSV line, one ASCII character; empty for a comma, or a
 *     tab in files named {@code .tsv}
 * @param style of the values of all columns
 * @param formats of dates and times by the field's name
 * @param fields the field's name by the column's, for columns that bear another name
 */
public record ReadOptions(
    Optional<Character> delimiter,
    TextStyle style,
    Map<String, TimeFormat> formats,
    Map<String, String> fields) {

  /** Plain CSV or JSON lines: ISO-8601 in UTC, a decimal point, columns named like fields. */
  public static final ReadOptions STANDARD =
      new ReadOptions(Optional.empty(), TextStyle.STANDARD, Map.of(), Map.of());

  /** Copies the maps. */
  public ReadOptions {
    formats = Map.copyOf(formats);
    fields = Map.copyOf(fields);
  }

  /**
   * Options as a person writes them.
   *
   * @param delimiter a character or the word {@code tab}; null for the default
   * @param zone such as {@code Europe/Berlin}
   * @param decimal the decimal separator
   * @param thousands a character or the word {@code space}; null for none
   * @param formats each {@code field=pattern}
   * @param maps each {@code column=field}
   * @throws IllegalArgumentException with the option and what is wrong with it
   */
  public static ReadOptions of(
      String delimiter,
      String zone,
      char decimal,
      String thousands,
      List<String> formats,
      List<String> maps) {
    TextStyle style = new TextStyle(null, zone(zone), decimal, thousands(thousands, decimal));
    return new ReadOptions(delimiter(delimiter), style, formats(formats), fields(maps));
  }

  private static Optional<Character> delimiter(String written) {
    if (written == null) {
      return Optional.empty();
    }
    if (written.equals("tab") || written.equals("\\t")) {
      return Optional.of('\t');
    }
    char c = written.length() == 1 ? written.charAt(0) : 0;
    if (c == 0 || c >= 128 || c == '"' || c == '\r' || c == '\n') {
      throw new IllegalArgumentException(
          "--delimiter is one ASCII character other than a quote or a line end, or the word tab, not '%s'."
              .formatted(written));
    }
    return Optional.of(c);
  }

  private static char thousands(String written, char decimal) {
    if (written == null) {
      return 0;
    }
    String separator = written.equals("space") ? " " : written;
    if (separator.length() != 1 || "., '_".indexOf(separator) < 0) {
      throw new IllegalArgumentException(
          "--thousands is one of . , ' _ or the word space, not '%s'.".formatted(written));
    }
    if (separator.charAt(0) == decimal) {
      throw new IllegalArgumentException(
          "--thousands '%s' is also the decimal separator.%s"
              .formatted(
                  written, decimal == '.' ? " Add --decimal-comma if that is a comma." : ""));
    }
    return separator.charAt(0);
  }

  private static ZoneId zone(String written) {
    try {
      return ZoneId.of(written);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "--zone '%s' is no time zone.%s Write one such as Europe/Berlin or +01:00."
              .formatted(written, Columns.didYouMean(written, ZoneId.getAvailableZoneIds())),
          e);
    }
  }

  private static Map<String, TimeFormat> formats(List<String> written) {
    Map<String, TimeFormat> formats = new HashMap<>();
    for (String format : written) {
      int equals = format.indexOf('=');
      if (equals <= 0) {
        throw new IllegalArgumentException(
            "--format is a field and its pattern, such as started='M/d/yyyy H:mm', not '%s'."
                .formatted(format));
      }
      String field = format.substring(0, equals);
      TimeFormat pattern;
      try {
        pattern = new TimeFormat(format.substring(equals + 1));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("--format %s: %s.".formatted(field, e.getMessage()), e);
      }
      if (formats.put(field, pattern) != null) {
        throw new IllegalArgumentException("--format names the field " + field + " twice.");
      }
    }
    return formats;
  }

  private static Map<String, String> fields(List<String> written) {
    Map<String, String> fields = new HashMap<>();
    for (String map : written) {
      // A column's name may have an equals sign, a field's name not.
      int equals = map.lastIndexOf('=');
      if (equals <= 0 || equals == map.length() - 1) {
        throw new IllegalArgumentException(
            "--map is a column and the field it goes to, such as 'Unit Price=price', not '%s'."
                .formatted(map));
      }
      String column = map.substring(0, equals).strip();
      if (fields.put(column, map.substring(equals + 1).strip()) != null) {
        throw new IllegalArgumentException("--map names the column " + column + " twice.");
      }
    }
    return fields;
  }
}
