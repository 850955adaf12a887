package io.sluice.delta.schema;

import io.delta.kernel.types.BinaryType;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DateType;
import io.delta.kernel.types.DecimalType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.FloatType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.TimestampNTZType;
import io.delta.kernel.types.TimestampType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.apache.flink.annotation.Internal;

/**
 * Reads partition values from the text form of the Delta protocol. Unlike Kernel's own parser it
 * never asks for the zone of the machine: a timestamp without one is UTC.
 */
@Internal
public final class PartitionText {

  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final int NANOS_PER_MICRO = 1_000;

  private PartitionText() {}

  /**
   * Reads a value as {@link #parse(DataType, String)} does; the message names table and column as
   * well.
   */
  public static Object parse(String table, StructField column, String text) {
    try {
      return parse(column.getDataType(), text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "Partition column '%s' of table %s has a value that is none of its type: %s. Read the table with Spark, or name a value of that type"
              .formatted(column.getName(), table, e.getMessage()),
          e);
    }
  }

  /**
   * The value: Boolean, String, BigDecimal of the type's scale, Float, Double, byte[], or Long for
   * whole numbers, dates (days) and timestamps (microseconds); null for null and for the empty
   * text, which the protocol cannot tell from it.
   *
   * @throws IllegalArgumentException if the text is no value of the type
   */
  public static Object parse(DataType type, String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      return parsePresent(type, text);
    } catch (DateTimeException | ArithmeticException | NumberFormatException e) {
      throw new IllegalArgumentException("'" + text + "' is no " + type, e);
    }
  }

  private static Object parsePresent(DataType type, String text) {
    if (type instanceof StringType) {
      return text;
    } else if (type instanceof DateType) {
      return LocalDate.parse(text).toEpochDay();
    } else if (type instanceof TimestampType) {
      return text.endsWith("Z") ? micros(Instant.parse(text.replace(' ', 'T'))) : local(text);
    } else if (type instanceof TimestampNTZType) {
      return local(text);
    } else if (type instanceof BooleanType) {
      return Boolean.parseBoolean(text);
    } else if (type instanceof DecimalType decimal) {
      return new BigDecimal(text).setScale(decimal.getScale(), RoundingMode.UNNECESSARY);
    } else if (type instanceof FloatType) {
      return Float.parseFloat(text);
    } else if (type instanceof DoubleType) {
      return Double.parseDouble(text);
    } else if (type instanceof BinaryType) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    return Long.parseLong(text);
  }

  private static long local(String text) {
    // A column that was of dates before its type became wider has dates in older files.
    LocalDateTime time =
        text.indexOf(':') < 0
            ? LocalDate.parse(text).atStartOfDay()
            : LocalDateTime.parse(text.replace(' ', 'T'));
    return micros(time.toInstant(ZoneOffset.UTC));
  }

  /** Without a difference of times, which Java counts in nanoseconds: those end after 292 years. */
  private static long micros(Instant instant) {
    long seconds = instant.getEpochSecond();
    long micros = instant.getNano() / NANOS_PER_MICRO;
    // The first of all seconds begins before the first microsecond.
    return seconds < 0
        ? Math.addExact(
            Math.multiplyExact(seconds + 1, MICROS_PER_SECOND), micros - MICROS_PER_SECOND)
        : Math.addExact(Math.multiplyExact(seconds, MICROS_PER_SECOND), micros);
  }
}
