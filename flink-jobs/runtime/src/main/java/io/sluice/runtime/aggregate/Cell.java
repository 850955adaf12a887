package io.sluice.runtime.aggregate;

import io.sluice.definition.Aggregate;
import io.sluice.definition.ColumnType;
import io.sluice.definition.ColumnType.Simple;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.binary.BinaryStringData;

/**
 * One aggregate of one group, changed in place. Its state is one value of {@link #stateType}, its
 * result one of the aggregate's type. Sums of integers and decimals are exact and therefore do not
 * depend on the order of arrival; an overflow fails loudly.
 */
abstract class Cell {

  /** Adds an argument that is not null. */
  abstract void add(Object value);

  /** State to keep, null before the first argument. */
  abstract Object state();

  /**
   * Adds what another cell of the same aggregate gathered; its {@link #state}, null for nothing.
   */
  abstract void merge(Object state);

  Object result() {
    return state();
  }

  /** The type in which the state of an aggregate is kept. */
  static ColumnType stateType(Aggregate aggregate) {
    return aggregate.type();
  }

  static Cell of(Aggregate aggregate) {
    return switch (aggregate.function()) {
      case COUNT -> new Count();
      case MIN -> new Extreme(-1);
      case MAX -> new Extreme(1);
      case SUM -> sum(aggregate);
      case AVG ->
          throw new IllegalArgumentException(
              "avg is kept as a sum and a count; see AggregateBuffer for column "
                  + aggregate.name());
    };
  }

  static Cell sum(Aggregate aggregate) {
    if (aggregate.type() instanceof ColumnType.Decimal decimal) {
      return new DecimalSum(aggregate.name(), decimal.precision(), decimal.scale());
    }
    return aggregate.type() == Simple.LONG ? new LongSum() : new DoubleSum();
  }

  /** Counts rows, or arguments that are not null. */
  static final class Count extends Cell {
    private long count;

    @Override
    void add(Object value) {
      count++;
    }

    @Override
    Object state() {
      return count;
    }

    @Override
    void merge(Object state) {
      count += state == null ? 0 : (Long) state;
    }
  }

  /** Sum of integers. */
  static final class LongSum extends Cell {
    private boolean any;
    private long sum;

    @Override
    void add(Object value) {
      sum = Math.addExact(sum, ((Number) value).longValue());
      any = true;
    }

    @Override
    Object state() {
      return any ? sum : null;
    }

    @Override
    void merge(Object state) {
      if (state != null) {
        add(state);
      }
    }
  }

  /** Sum of floating-point numbers; its last digits depend on the order of arrival. */
  static final class DoubleSum extends Cell {
    private boolean any;
    private double sum;

    @Override
    void add(Object value) {
      sum += ((Number) value).doubleValue();
      any = true;
    }

    @Override
    Object state() {
      return any ? sum : null;
    }

    @Override
    void merge(Object state) {
      if (state != null) {
        add(state);
      }
    }
  }

  /** Exact sum of decimals: in a long while it fits, then in a big integer. */
  static final class DecimalSum extends Cell {
    private final String column;
    private final int precision;
    private final int scale;
    private boolean any;
    private long small;
    private BigInteger large = BigInteger.ZERO;

    DecimalSum(String column, int precision, int scale) {
      this.column = column;
      this.precision = precision;
      this.scale = scale;
    }

    @Override
    void add(Object value) {
      DecimalData decimal = (DecimalData) value;
      any = true;
      if (decimal.isCompact() && decimal.scale() == scale) {
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

    @Override
    Object state() {
      if (!any) {
        return null;
      }
      BigDecimal sum = new BigDecimal(large.add(BigInteger.valueOf(small)), scale);
      DecimalData data = DecimalData.fromBigDecimal(sum, precision, scale);
      if (data == null) {
        throw new ArithmeticException(
            "The sum in column '%s' is %s, which does not fit decimal(%d, %d). Aggregate over smaller groups or a smaller scale."
                .formatted(column, sum.toPlainString(), precision, scale));
      }
      return data;
    }

    @Override
    void merge(Object state) {
      if (state != null) {
        add(state);
      }
    }
  }

  /** Smallest or greatest argument. */
  static final class Extreme extends Cell {
    private final int sign;
    private Object extreme;

    Extreme(int sign) {
      this.sign = sign;
    }

    @SuppressWarnings("unchecked")
    @Override
    void add(Object value) {
      if (extreme == null
          || Integer.signum(((Comparable<Object>) value).compareTo(extreme)) == sign) {
        extreme = own(value);
      }
    }

    /** Strings of a row point into its memory; a copy does not keep the whole row alive. */
    private static Object own(Object value) {
      return value instanceof BinaryStringData string ? string.copy() : value;
    }

    @Override
    Object state() {
      return extreme;
    }

    @Override
    void merge(Object state) {
      if (state != null) {
        add(state);
      }
    }
  }

  /** The quotient of a sum and a count, rounded half up. */
  static Object average(Object sum, long count, ColumnType type) {
    if (sum == null || count == 0) {
      return null;
    }
    if (type instanceof ColumnType.Decimal decimal) {
      BigDecimal quotient =
          ((DecimalData) sum)
              .toBigDecimal()
              .divide(BigDecimal.valueOf(count), decimal.scale(), RoundingMode.HALF_UP);
      return DecimalData.fromBigDecimal(quotient, decimal.precision(), decimal.scale());
    }
    return ((Number) sum).doubleValue() / count;
  }
}
