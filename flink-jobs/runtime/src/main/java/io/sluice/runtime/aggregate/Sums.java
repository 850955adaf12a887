package io.sluice.runtime.aggregate;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.nio.ByteBuffer;
import org.apache.flink.table.data.DecimalData;

/**
 * Sums that hold whatever is added: their state is as wide as it has to be, so that a sum that left
 * the range of its column on the way, and came back, is right. Whether the result fits is asked
 * when it is needed.
 */
abstract class Sums extends Cell {
  protected boolean any;

  /** The sum as a number; only after an argument. */
  abstract BigDecimal exact();

  /**
   * The sum divided by the number of arguments, as precise as a double.
   *
   * @param count above zero
   */
  double mean(long count) {
    return exact().divide(BigDecimal.valueOf(count), MathContext.DECIMAL128).doubleValue();
  }

  /**
   * Exact sum of whole numbers and decimals of one scale: in a long while it fits, then in a big
   * integer. Its state is the unscaled value in as few bytes as it needs, as {@link BigInteger}
   * writes it.
   */
  static final class Exact extends Sums {
    /** A double holds all whole numbers up to here. */
    private static final long MAX_IN_DOUBLE = 1L << 53;

    private final String column;
    private final int scale;
    private long small;
    private BigInteger large = BigInteger.ZERO;

    /**
     * @param column for messages
     * @param scale of the decimals, 0 for whole numbers
     */
    Exact(String column, int scale) {
      this.column = column;
      this.scale = scale;
    }

    @Override
    void add(Object value) {
      any = true;
      if (!(value instanceof DecimalData decimal)) {
        addSmall(((Number) value).longValue());
      } else if (decimal.isCompact() && decimal.scale() == scale) {
        addSmall(decimal.toUnscaledLong());
      } else {
        addLarge(decimal.toBigDecimal().setScale(scale).unscaledValue());
      }
    }

    private void addLarge(BigInteger unscaled) {
      if (unscaled.bitLength() < Long.SIZE) {
        addSmall(unscaled.longValue());
      } else {
        large = large.add(unscaled);
      }
    }

    private void addSmall(long unscaled) {
      long sum = small + unscaled;
      if (((small ^ sum) & (unscaled ^ sum)) < 0) {
        large = large.add(BigInteger.valueOf(small));
        small = unscaled;
      } else {
        small = sum;
      }
    }

    private boolean isSmall() {
      return large.signum() == 0;
    }

    @Override
    Object state() {
      if (!any) {
        return null;
      }
      return isSmall() ? bytes(small) : large.add(BigInteger.valueOf(small)).toByteArray();
    }

    /** The fewest bytes that hold the number in two's complement, high bytes first. */
    private static byte[] bytes(long number) {
      long withoutSign = number < 0 ? ~number : number;
      byte[] bytes = new byte[(Long.SIZE - Long.numberOfLeadingZeros(withoutSign)) / Byte.SIZE + 1];
      long rest = number;
      for (int i = bytes.length - 1; i >= 0; i--) {
        bytes[i] = (byte) rest;
        rest >>= Byte.SIZE;
      }
      return bytes;
    }

    private static long number(byte[] bytes) {
      long number = bytes[0];
      for (int i = 1; i < bytes.length; i++) {
        number = number << Byte.SIZE | bytes[i] & 0xFF;
      }
      return number;
    }

    @Override
    void merge(Object state) {
      if (state == null) {
        return;
      }
      any = true;
      byte[] bytes = (byte[]) state;
      if (bytes.length <= Long.BYTES) {
        addSmall(number(bytes));
      } else {
        addLarge(new BigInteger(bytes));
      }
    }

    @Override
    BigDecimal exact() {
      return isSmall()
          ? BigDecimal.valueOf(small, scale)
          : new BigDecimal(large.add(BigInteger.valueOf(small)), scale);
    }

    @Override
    double mean(long count) {
      boolean isDouble =
          scale == 0 && isSmall() && small >= -MAX_IN_DOUBLE && small <= MAX_IN_DOUBLE;
      return isDouble ? (double) small / count : super.mean(count);
    }

    @Override
    Object result() {
      return any ? fit(column, exact(), scale) : null;
    }
  }

  /**
   * Sum of floating-point numbers; its last digits depend on the order of arrival. What goes beyond
   * the largest double is carried in units of 2^1023.
   */
  static final class Floating extends Sums {
    private static final double UNIT = 0x1p1023;

    private final String column;
    private double sum;
    private long carried;

    Floating(String column) {
      this.column = column;
    }

    @Override
    void add(Object value) {
      any = true;
      add(((Number) value).doubleValue());
    }

    private void add(double value) {
      double next = sum + value;
      while (Double.isInfinite(next)) {
        // Both are finite and of one sign.
        carried += value > 0 ? 1 : -1;
        sum -= Math.copySign(UNIT, value);
        next = sum + value;
      }
      sum = next;
    }

    @Override
    Object state() {
      if (!any) {
        return null;
      }
      ByteBuffer bytes = ByteBuffer.allocate(carried == 0 ? Double.BYTES : 2 * Double.BYTES);
      bytes.putDouble(sum);
      return carried == 0 ? bytes.array() : bytes.putLong(carried).array();
    }

    @Override
    void merge(Object state) {
      if (state == null) {
        return;
      }
      any = true;
      ByteBuffer bytes = ByteBuffer.wrap((byte[]) state);
      add(bytes.getDouble());
      carried += bytes.hasRemaining() ? bytes.getLong() : 0;
    }

    @Override
    BigDecimal exact() {
      return new BigDecimal(sum).add(new BigDecimal(UNIT).multiply(BigDecimal.valueOf(carried)));
    }

    @Override
    double mean(long count) {
      return carried == 0 ? sum / count : super.mean(count);
    }

    @Override
    Object result() {
      if (!any) {
        return null;
      }
      double result = carried == 0 ? sum : exact().doubleValue();
      if (Double.isInfinite(result)) {
        throw new ArithmeticException(
            "The sum in column '%s' is beyond the largest double.".formatted(column));
      }
      return result;
    }
  }
}
