package io.sluice.cli.text;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Times and durations as a person reads them. */
public final class Text {
  private Text() {}

  /** An instant in UTC, to the second. */
  public static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** A duration in its largest unit and the next: {@code 3 min 12 s}. */
  public static String duration(Duration duration) {
    Duration shown = duration.isNegative() ? Duration.ZERO : duration;
    if (shown.toMillis() < 10_000) {
      return "%.1f s".formatted(shown.toMillis() / 1000.0);
    }
    if (shown.toMinutes() == 0) {
      return shown.toSeconds() + " s";
    }
    if (shown.toHours() == 0) {
      return shown.toMinutes() + " min " + shown.toSecondsPart() + " s";
    }
    return shown.toDays() == 0
        ? shown.toHours() + " h " + shown.toMinutesPart() + " min"
        : shown.toDays() + " d " + shown.toHoursPart() + " h";
  }
}
