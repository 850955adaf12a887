package io.sluice.runtime.quality;

import io.sluice.definition.model.ColumnType;
import io.sluice.definition.model.ColumnType.Decimal;
import io.sluice.definition.model.ColumnType.Simple;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.apache.flink.table.data.DecimalData;

/**
 * Minimum and maximum of numbers, exact in every type: the bound is turned once into the smallest
 * (or largest) allowed value of the column's own type. NaN is out of every bound.
 */
final class Bounds {
  private static final BigDecimal MIN_LONG = BigDecimal.valueOf(Long.MIN_VALUE);
  private static final BigDecimal MAX_LONG = BigDecimal.valueOf(Long.MAX_VALUE);

  private Bounds() {}

  static RowCheck minimum(BigDecimal bound, boolean exclusive, ColumnType type, int position) {
    if (type == Simple.FLOAT || type == Simple.DOUBLE) {
      double lowest = lowestDouble(bound, exclusive);
      return type == Simple.FLOAT
          ? (row, timestamp) -> row.getFloat(position) >= lowest
          : (row, timestamp) -> row.getDouble(position) >= lowest;
    }
    if (type instanceof Decimal decimal && !DecimalData.isCompact(decimal.precision())) {
      int least = exclusive ? 1 : 0;
      return (row, timestamp) ->
          compare(row.getDecimal(position, decimal.precision(), decimal.scale()), bound) >= least;
    }
    BigDecimal scaled = bound.scaleByPowerOfTen(scale(type));
    BigDecimal lowest = scaled.setScale(0, RoundingMode.CEILING);
    if (exclusive && lowest.compareTo(scaled) == 0) {
      lowest = lowest.add(BigDecimal.ONE);
    }
    if (lowest.compareTo(MAX_LONG) > 0) {
      return (row, timestamp) -> false;
    }
    return atLeast(lowest.max(MIN_LONG).longValueExact(), type, position);
  }

  static RowCheck maximum(BigDecimal bound, boolean exclusive, ColumnType type, int position) {
    if (type == Simple.FLOAT || type == Simple.DOUBLE) {
      double highest = -lowestDouble(bound.negate(), exclusive);
      return type == Simple.FLOAT
          ? (row, timestamp) -> row.getFloat(position) <= highest
          : (row, timestamp) -> row.getDouble(position) <= highest;
    }
    if (type instanceof Decimal decimal && !DecimalData.isCompact(decimal.precision())) {
      int most = exclusive ? -1 : 0;
      return (row, timestamp) ->
          compare(row.getDecimal(position, decimal.precision(), decimal.scale()), bound) <= most;
    }
    BigDecimal scaled = bound.scaleByPowerOfTen(scale(type));
    BigDecimal highest = scaled.setScale(0, RoundingMode.FLOOR);
    if (exclusive && highest.compareTo(scaled) == 0) {
      highest = highest.subtract(BigDecimal.ONE);
    }
    if (highest.compareTo(MIN_LONG) < 0) {
      return (row, timestamp) -> false;
    }
    return atMost(highest.min(MAX_LONG).longValueExact(), type, position);
  }

  private static int scale(ColumnType type) {
    return type instanceof Decimal decimal ? decimal.scale() : 0;
  }

  private static int compare(DecimalData value, BigDecimal bound) {
    return value.toBigDecimal().compareTo(bound);
  }

  private static RowCheck atLeast(long lowest, ColumnType type, int position) {
    if (type instanceof Decimal decimal) {
      int precision = decimal.precision();
      int scale = decimal.scale();
      return (row, timestamp) ->
          row.getDecimal(position, precision, scale).toUnscaledLong() >= lowest;
    }
    return type == Simple.INT
        ? (row, timestamp) -> row.getInt(position) >= lowest
        : (row, timestamp) -> row.getLong(position) >= lowest;
  }

  private static RowCheck atMost(long highest, ColumnType type, int position) {
    if (type instanceof Decimal decimal) {
      int precision = decimal.precision();
      int scale = decimal.scale();
      return (row, timestamp) ->
          row.getDecimal(position, precision, scale).toUnscaledLong() <= highest;
    }
    return type == Simple.INT
        ? (row, timestamp) -> row.getInt(position) <= highest
        : (row, timestamp) -> row.getLong(position) <= highest;
  }

  /** The smallest double that is not below the bound (or above it, when exclusive). */
  private static double lowestDouble(BigDecimal bound, boolean exclusive) {
    double nearest = bound.doubleValue();
    if (Double.isInfinite(nearest)) {
      return nearest > 0 ? Double.POSITIVE_INFINITY : -Double.MAX_VALUE;
    }
    int order = new BigDecimal(nearest).compareTo(bound);
    return order < 0 || order == 0 && exclusive ? Math.nextUp(nearest) : nearest;
  }
}
