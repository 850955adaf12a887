package io.sluice.cli.produce;

import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.regex.Pattern;

/**
 * How the values of a column are written.
 *
 * @param format of dates and times; null for ISO-8601 or the number that Avro carries
 * @param zone of timestamps that bear neither zone nor offset
 * @param decimal the decimal separator, a point or a comma
 * @param grouping the thousands separator; 0 for none, a blank also for no-break spaces
 */
public record TextStyle(TimeFormat format, ZoneId zone, char decimal, char grouping) {

  /** ISO-8601, UTC, a decimal point and no thousands separator. */
  public static final TextStyle STANDARD = new TextStyle(null, ZoneOffset.UTC, '.', (char) 0);

  private static final char NO_BREAK_SPACE = '\u00A0';
  private static final char NARROW_NO_BREAK_SPACE = '\u202F';
  private static final Pattern GROUPED =
      Pattern.compile("[+-]?\\d{1,3}(,\\d{3})+(\\.\\d*)?([eE][+-]?\\d+)?");

  /** Checks that the separators differ. */
  public TextStyle {
    if (decimal == grouping) {
      throw new IllegalArgumentException(
          "the decimal separator and the thousands separator are the same: " + decimal);
    }
  }

  TextStyle with(TimeFormat other) {
    return new TextStyle(other, zone, decimal, grouping);
  }

  /**
   * The number with a decimal point and without thousands separators. Text that does not follow the
   * style becomes text that is no number.
   */
  String plainNumber(String text) {
    String number = text.strip();
    if (decimal == '.' && grouping == 0) {
      return number;
    }
    StringBuilder american = new StringBuilder(number.length());
    for (int i = 0; i < number.length(); i++) {
      char c = number.charAt(i);
      if (c == decimal) {
        american.append('.');
      } else if (isGrouping(c)) {
        american.append(',');
      } else {
        american.append(c == '.' || c == ',' ? '?' : c);
      }
    }
    String written = american.toString();
    return GROUPED.matcher(written).matches() ? written.replace(",", "") : written;
  }

  private boolean isGrouping(char c) {
    return grouping != 0
        && (c == grouping
            || grouping == ' ' && (c == NO_BREAK_SPACE || c == NARROW_NO_BREAK_SPACE));
  }
}
