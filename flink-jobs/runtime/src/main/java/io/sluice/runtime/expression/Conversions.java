package io.sluice.runtime.expression;

import io.sluice.definition.model.ColumnType;
import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.udf.DecimalFunctions;
import java.math.BigDecimal;
import java.util.function.UnaryOperator;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.TimestampData;

/** Implicit conversions between the types of operands, branches and results. */
final class Conversions {
  private Conversions() {}

  /**
   * @throws IllegalArgumentException if there is no conversion
   */
  static UnaryOperator<Object> between(ColumnType from, ColumnType to) {
    if (from.equals(to)) {
      return UnaryOperator.identity();
    }
    if (from.isNumeric() && to instanceof ColumnType.Decimal decimal) {
      return value -> toDecimal(value, decimal);
    }
    if (from.isNumeric() && to instanceof Simple simple) {
      switch (simple) {
        case LONG:
          if (from == Simple.INT) {
            return value -> ((Integer) value).longValue();
          }
          break;
        case INT:
          if (from == Simple.LONG) {
            return value -> Math.toIntExact((Long) value);
          }
          break;
        case DOUBLE:
          return Conversions::toDouble;
        case FLOAT:
          return Conversions::toFloat;
        default:
          break;
      }
    }
    if (isTimestamp(from) && isTimestamp(to)) {
      return isMillis(to) ? Conversions::toMillis : UnaryOperator.identity();
    }
    throw new IllegalArgumentException("%s cannot be taken as %s".formatted(from, to));
  }

  private static float toFloat(Object value) {
    double number = toDouble(value);
    float narrow = (float) number;
    if (Float.isInfinite(narrow) && !Double.isInfinite(number)) {
      throw new ArithmeticException("%s does not fit a float".formatted(number));
    }
    return narrow;
  }

  static double toDouble(Object value) {
    return value instanceof DecimalData decimal
        ? decimal.toBigDecimal().doubleValue()
        : ((Number) value).doubleValue();
  }

  private static DecimalData toDecimal(Object value, ColumnType.Decimal type) {
    if (value instanceof DecimalData decimal) {
      return DecimalFunctions.cast(decimal, type.precision(), type.scale());
    }
    if (value instanceof Integer || value instanceof Long) {
      return DecimalFunctions.ofLong(((Number) value).longValue(), type.precision(), type.scale());
    }
    double number = ((Number) value).doubleValue();
    if (!Double.isFinite(number)) {
      throw new ArithmeticException("%s is no %s".formatted(number, type));
    }
    return DecimalFunctions.fit(BigDecimal.valueOf(number), type.precision(), type.scale());
  }

  static boolean isTimestamp(ColumnType type) {
    return type.isInstant()
        || type == Simple.LOCAL_TIMESTAMP_MILLIS
        || type == Simple.LOCAL_TIMESTAMP_MICROS;
  }

  private static boolean isMillis(ColumnType type) {
    return type == Simple.TIMESTAMP_MILLIS || type == Simple.LOCAL_TIMESTAMP_MILLIS;
  }

  private static TimestampData toMillis(Object value) {
    return TimestampData.fromEpochMillis(((TimestampData) value).getMillisecond());
  }
}
