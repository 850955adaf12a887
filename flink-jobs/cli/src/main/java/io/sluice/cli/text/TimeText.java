package io.sluice.cli.text;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;

/** Moments as people write them. */
public final class TimeText {
  private static final int LENGTH_OF_A_DATE = 10;

  private TimeText() {}

  /**
   * The moment of a date alone, or with a time after a T or a blank, or with an offset too: UTC
   * without an offset, the first one of a date. Empty for any other text and for what does not
   * exist, such as February 30.
   */
  public static Optional<Instant> parse(String text) {
    String written = text.strip();
    try {
      return Optional.of(
          written.length() == LENGTH_OF_A_DATE
              ? IsoTimes.date(written).atStartOfDay(ZoneOffset.UTC).toInstant()
              : IsoTimes.instant(written, ZoneOffset.UTC));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
