package io.sluice.runtime.quality;

import io.sluice.definition.model.Column;
import io.sluice.definition.model.ColumnType;
import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.definition.model.Expectation;
import io.sluice.definition.model.Expectation.Check;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryStringData;

/** Compiles expectations into checks for the type of their column. */
final class RowChecks {
  // The precisions of Flink's types for the two instants; binary rows store them differently.
  private static final int MILLIS_PRECISION = 3;
  private static final int MICROS_PRECISION = 6;

  private RowChecks() {}

  /**
   * @throws IllegalArgumentException if the expectation does not fit the column's type
   */
  static RowCheck compile(Expectation expectation, Column column, int position) {
    Check check = expectation.check();
    if (check instanceof Check.Required) {
      return (row, timestamp) -> !row.isNullAt(position);
    }
    RowCheck ofValue = compileForValue(check, expectation.rule(), column.type(), position);
    return (row, timestamp) -> row.isNullAt(position) || ofValue.holds(row, timestamp);
  }

  private static RowCheck compileForValue(Check check, String rule, ColumnType type, int position) {
    if (check instanceof Check.Minimum minimum) {
      require(type.isNumeric(), rule, type);
      return Bounds.minimum(minimum.bound(), minimum.exclusive(), type, position);
    }
    if (check instanceof Check.Maximum maximum) {
      require(type.isNumeric(), rule, type);
      return Bounds.maximum(maximum.bound(), maximum.exclusive(), type, position);
    }
    if (check instanceof Check.MinLength length) {
      require(type == Simple.STRING, rule, type);
      return (row, timestamp) -> codePoints(row.getString(position)) >= length.length();
    }
    if (check instanceof Check.MaxLength length) {
      require(type == Simple.STRING, rule, type);
      return (row, timestamp) -> codePoints(row.getString(position)) <= length.length();
    }
    if (check instanceof Check.Pattern pattern) {
      require(type == Simple.STRING, rule, type);
      BoundedPattern bounded = new BoundedPattern(pattern.regex());
      return (row, timestamp) -> bounded.matches(row.getString(position));
    }
    if (check instanceof Check.ValidValues valid) {
      return ValidValueChecks.compile(valid.values(), type, position);
    }
    require(type.isInstant(), rule, type);
    return freshness((Check.Freshness) check, type, position);
  }

  private static RowCheck freshness(Check.Freshness freshness, ColumnType type, int position) {
    int precision = type == Simple.TIMESTAMP_MILLIS ? MILLIS_PRECISION : MICROS_PRECISION;
    long maxAgeMillis = freshness.maxAge().toMillis();
    return (row, timestamp) -> {
      TimestampData event = row.getTimestamp(position, precision);
      return age(timestamp, event.getMillisecond()) <= maxAgeMillis;
    };
  }

  /** Age in milliseconds; an event time out of all proportion gives the largest or smallest age. */
  static long age(long kafkaTimestampMillis, long eventMillis) {
    long age = kafkaTimestampMillis - eventMillis;
    boolean overflow = ((kafkaTimestampMillis ^ eventMillis) & (kafkaTimestampMillis ^ age)) < 0;
    if (overflow) {
      return eventMillis < 0 ? Long.MAX_VALUE : Long.MIN_VALUE;
    }
    return age;
  }

  private static int codePoints(StringData text) {
    return ((BinaryStringData) text).numChars();
  }

  private static void require(boolean fits, String rule, ColumnType type) {
    if (!fits) {
      throw new IllegalArgumentException(
          "the rule %s does not fit a column of type %s".formatted(rule, type));
    }
  }
}
