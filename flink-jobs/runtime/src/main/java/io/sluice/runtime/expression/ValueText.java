package io.sluice.runtime.expression;

import io.sluice.definition.model.ColumnType;
import io.sluice.definition.model.ColumnType.Simple;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.HexFormat;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.TimestampData;

/**
 * A value as people write it: numbers without an exponent where they are exact, dates and times as
 * ISO 8601, bytes in hexadecimal.
 */
public final class ValueText {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long NANOS_PER_MICRO = 1_000;

  private ValueText() {}

  /**
   * @param value Flink's internal data object of the type; null gives {@code null}
   */
  public static String of(ColumnType type, Object value) {
    if (value == null) {
      return "null";
    }
    if (value instanceof DecimalData decimal) {
      return decimal.toBigDecimal().toPlainString();
    }
    if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
    if (value instanceof TimestampData timestamp) {
      return type.isInstant()
          ? timestamp.toInstant().toString()
          : timestamp.toLocalDateTime().toString();
    }
    if (type == Simple.DATE) {
      return LocalDate.ofEpochDay((int) value).toString();
    }
    if (type == Simple.TIME_MILLIS) {
      return timeOfDay(((Number) value).longValue(), NANOS_PER_MILLI);
    }
    if (type == Simple.TIME_MICROS) {
      return timeOfDay((long) value, NANOS_PER_MICRO);
    }
    return value.toString();
  }

  private static String timeOfDay(long units, long nanosPerUnit) {
    boolean withinDay = units >= 0 && units < LocalTime.MAX.toNanoOfDay() / nanosPerUnit + 1;
    return withinDay
        ? LocalTime.ofNanoOfDay(units * nanosPerUnit).toString()
        : Long.toString(units);
  }
}
