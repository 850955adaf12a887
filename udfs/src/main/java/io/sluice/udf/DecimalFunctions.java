package io.sluice.udf;

import java.math.BigDecimal;
import java.math.RoundingMode;
import org.apache.flink.table.data.DecimalData;

/**
 * Exact arithmetic on decimals. Every function takes the precision and scale of its result, rounds
 * half up where the exact result has more digits behind the point, and throws {@link
 * ArithmeticException} where it has more digits in all. Results of up to 18 digits are computed in
 * longs when both operands are.
 */
public final class DecimalFunctions {
  private static final long[] POWERS_OF_TEN = powersOfTen();

  private DecimalFunctions() {}

  private static long[] powersOfTen() {
    long[] powers = new long[19];
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = powers[i - 1] * 10;
    }
    return powers;
  }

  /** The sum of two decimals. */
  public static DecimalData add(DecimalData a, DecimalData b, int precision, int scale) {
    if (sumsInLongs(a, b, precision, scale)) {
      return compact(atScale(a, scale) + atScale(b, scale), precision, scale);
    }
    return fit(a.toBigDecimal().add(b.toBigDecimal()), precision, scale);
  }

  /** The first decimal less the second. */
  public static DecimalData subtract(DecimalData a, DecimalData b, int precision, int scale) {
    if (sumsInLongs(a, b, precision, scale)) {
      return compact(atScale(a, scale) - atScale(b, scale), precision, scale);
    }
    return fit(a.toBigDecimal().subtract(b.toBigDecimal()), precision, scale);
  }

  /** The product of two decimals. */
  public static DecimalData multiply(DecimalData a, DecimalData b, int precision, int scale) {
    boolean inLongs =
        DecimalData.isCompact(precision)
            && a.isCompact()
            && b.isCompact()
            && scale == a.scale() + b.scale()
            && a.precision() + b.precision() <= POWERS_OF_TEN.length - 1;
    if (inLongs) {
      return compact(a.toUnscaledLong() * b.toUnscaledLong(), precision, scale);
    }
    return fit(a.toBigDecimal().multiply(b.toBigDecimal()), precision, scale);
  }

  /** The first decimal divided by the second; a divisor of zero is an ArithmeticException. */
  public static DecimalData divide(DecimalData a, DecimalData b, int precision, int scale) {
    BigDecimal divisor = b.toBigDecimal();
    if (divisor.signum() == 0) {
      throw new ArithmeticException("division by zero");
    }
    return fit(a.toBigDecimal().divide(divisor, scale, RoundingMode.HALF_UP), precision, scale);
  }

  /** The decimal with the other sign. */
  public static DecimalData negate(DecimalData a) {
    return a.isCompact()
        ? DecimalData.fromUnscaledLong(-a.toUnscaledLong(), a.precision(), a.scale())
        : DecimalData.fromBigDecimal(a.toBigDecimal().negate(), a.precision(), a.scale());
  }

  /** The decimal without its sign. */
  public static DecimalData abs(DecimalData a) {
    return signum(a) < 0 ? negate(a) : a;
  }

  /** -1, 0 or 1. */
  public static int signum(DecimalData a) {
    return a.isCompact() ? Long.signum(a.toUnscaledLong()) : a.toBigDecimal().signum();
  }

  /** Numeric order, whatever the scales. */
  public static int compare(DecimalData a, DecimalData b) {
    if (a.isCompact() && b.isCompact() && a.scale() == b.scale()) {
      return Long.compare(a.toUnscaledLong(), b.toUnscaledLong());
    }
    return a.toBigDecimal().compareTo(b.toBigDecimal());
  }

  /** A decimal in another type, rounded half up. */
  public static DecimalData cast(DecimalData a, int precision, int scale) {
    if (a.precision() == precision && a.scale() == scale) {
      return a;
    }
    return fit(a.toBigDecimal(), precision, scale);
  }

  /** A long as a decimal. */
  public static DecimalData ofLong(long value, int precision, int scale) {
    if (scale == 0 && DecimalData.isCompact(precision)) {
      return compact(value, precision, scale);
    }
    return fit(BigDecimal.valueOf(value), precision, scale);
  }

  /** A number as a decimal, rounded half up. */
  public static DecimalData fit(BigDecimal value, int precision, int scale) {
    DecimalData decimal = DecimalData.fromBigDecimal(value, precision, scale);
    if (decimal == null) {
      throw overflow(value, precision, scale);
    }
    return decimal;
  }

  private static boolean sumsInLongs(DecimalData a, DecimalData b, int precision, int scale) {
    return DecimalData.isCompact(precision) && fitsAtScale(a, scale) && fitsAtScale(b, scale);
  }

  private static boolean fitsAtScale(DecimalData a, int scale) {
    int added = scale - a.scale();
    return a.isCompact() && added >= 0 && a.precision() + added <= POWERS_OF_TEN.length - 1;
  }

  private static long atScale(DecimalData a, int scale) {
    return a.toUnscaledLong() * POWERS_OF_TEN[scale - a.scale()];
  }

  private static DecimalData compact(long unscaled, int precision, int scale) {
    long limit = POWERS_OF_TEN[precision];
    if (unscaled >= limit || unscaled <= -limit) {
      throw overflow(BigDecimal.valueOf(unscaled, scale), precision, scale);
    }
    return DecimalData.fromUnscaledLong(unscaled, precision, scale);
  }

  private static ArithmeticException overflow(BigDecimal value, int precision, int scale) {
    return new ArithmeticException(
        "%s does not fit decimal(%d, %d)".formatted(value, precision, scale));
  }
}
