package io.sluice.runtime.decode;

import java.math.BigDecimal;
import java.util.EnumSet;
import java.util.Set;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/**
 * Turns numbers of one type into the same numbers of another. Whether that loses anything is for
 * the value to say, not for the type: 7 is a BIGINT as well as an INT or a DOUBLE.
 */
final class LosslessCast {
  private static final Set<LogicalTypeRoot> NUMBERS =
      EnumSet.of(
          LogicalTypeRoot.TINYINT,
          LogicalTypeRoot.SMALLINT,
          LogicalTypeRoot.INTEGER,
          LogicalTypeRoot.BIGINT,
          LogicalTypeRoot.FLOAT,
          LogicalTypeRoot.DOUBLE,
          LogicalTypeRoot.DECIMAL);

  private final LogicalType to;

  private LosslessCast(LogicalType to) {
    this.to = to;
  }

  static boolean isPossible(LogicalType from, LogicalType to) {
    return NUMBERS.contains(from.getTypeRoot()) && NUMBERS.contains(to.getTypeRoot());
  }

  /** To a type that {@link #isPossible}. */
  static LosslessCast to(LogicalType type) {
    return new LosslessCast(type);
  }

  /**
   * Casts to the type without a change of the number.
   *
   * @param value not null
   * @throws ArithmeticException if the type has no such number
   */
  Object cast(Object value) {
    if (value instanceof Float || value instanceof Double) {
      double number = ((Number) value).doubleValue();
      if (to.is(LogicalTypeRoot.DOUBLE)) {
        return number;
      } else if (to.is(LogicalTypeRoot.FLOAT) && Double.compare(number, (float) number) == 0) {
        return (float) number;
      } else if (!Double.isFinite(number)) {
        throw new ArithmeticException("No number");
      }
    }
    return cast(exact(value));
  }

  private static BigDecimal exact(Object value) {
    if (value instanceof DecimalData decimal) {
      return decimal.toBigDecimal();
    }
    return value instanceof Float || value instanceof Double
        ? new BigDecimal(((Number) value).doubleValue())
        : BigDecimal.valueOf(((Number) value).longValue());
  }

  private Object cast(BigDecimal number) {
    return switch (to.getTypeRoot()) {
      case TINYINT -> number.byteValueExact();
      case SMALLINT -> number.shortValueExact();
      case INTEGER -> number.intValueExact();
      case BIGINT -> number.longValueExact();
      case FLOAT -> (float) same(number, number.floatValue());
      case DOUBLE -> same(number, number.doubleValue());
      default -> decimal(number);
    };
  }

  private static double same(BigDecimal number, double approximation) {
    if (!Double.isFinite(approximation) || new BigDecimal(approximation).compareTo(number) != 0) {
      throw new ArithmeticException("Rounding necessary");
    }
    return approximation;
  }

  private DecimalData decimal(BigDecimal number) {
    int precision = LogicalTypeChecks.getPrecision(to);
    int scale = LogicalTypeChecks.getScale(to);
    BigDecimal scaled = number.setScale(scale);
    if (scaled.precision() > precision) {
      throw new ArithmeticException("Overflow");
    }
    return DecimalData.fromBigDecimal(scaled, precision, scale);
  }
}
