package io.sluice.runtime.quality;

import io.sluice.definition.model.Expectation;
import io.sluice.definition.model.Expectation.Check;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeSet;
import org.apache.flink.table.data.TimestampData;

/** The sentences that say why a row breaks a rule. */
final class Reasons {
  private static final int MAX_LISTED_VALUES = 20;

  private Reasons() {}

  /**
   * @param text the value as text, already cut
   */
  static String of(Expectation violated, String text, Object value, long kafkaTimestampMillis) {
    String column = violated.column();
    Check check = violated.check();
    if (check instanceof Check.Required) {
      return column + " is null, but it is required";
    }
    if (check instanceof Check.Minimum minimum) {
      return "%s is %s, %s %s"
          .formatted(
              column,
              text,
              minimum.exclusive() ? "not above" : "below",
              minimum.bound().toPlainString());
    }
    if (check instanceof Check.Maximum maximum) {
      return "%s is %s, %s %s"
          .formatted(
              column,
              text,
              maximum.exclusive() ? "not below" : "above",
              maximum.bound().toPlainString());
    }
    if (check instanceof Check.MinLength length) {
      return "%s is '%s', shorter than %d characters".formatted(column, text, length.length());
    }
    if (check instanceof Check.MaxLength length) {
      return "%s is '%s', longer than %d characters".formatted(column, text, length.length());
    }
    if (check instanceof Check.Pattern pattern) {
      return "%s is '%s', which does not match %s".formatted(column, text, pattern.regex());
    }
    if (check instanceof Check.ValidValues valid) {
      return "%s is '%s', which is not one of %s".formatted(column, text, listed(valid));
    }
    return stale(column, (Check.Freshness) check, value, kafkaTimestampMillis);
  }

  private static String listed(Check.ValidValues valid) {
    TreeSet<String> sorted = new TreeSet<>(valid.values());
    if (sorted.size() <= MAX_LISTED_VALUES) {
      return String.join(", ", sorted);
    }
    return "the %d valid values".formatted(sorted.size());
  }

  private static String stale(
      String column, Check.Freshness freshness, Object value, long kafkaTimestampMillis) {
    long eventMillis = ((TimestampData) value).getMillisecond();
    return "%s is %s, %s before the record's Kafka timestamp %s; at most %s is allowed"
        .formatted(
            column,
            Instant.ofEpochMilli(eventMillis),
            Duration.ofMillis(RowChecks.age(kafkaTimestampMillis, eventMillis)),
            Instant.ofEpochMilli(kafkaTimestampMillis),
            freshness.maxAge());
  }
}
