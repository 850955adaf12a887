package io.sluice.runtime.aggregate;

import io.sluice.definition.model.Aggregate;
import io.sluice.definition.model.ColumnType;
import io.sluice.definition.model.ColumnType.Simple;
import java.math.BigDecimal;
import java.math.RoundingMode;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.binary.BinaryStringData;

/**
 * One aggregate of one group, changed in place. Its state is one value of {@link #stateType}, its
 * result one of the aggregate's type. Sums of integers and decimals are exact and therefore do not
 * depend on the order of arrival. Adding and merging never fail; only a result may not fit its
 * column.
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

  /**
   * The value for the aggregate's column, null before the first argument.
   *
   * @throws ArithmeticException with a sentence, if the column's type cannot hold it
   */
  Object result() {
    return state();
  }

  /** The type in which the state of an aggregate is kept. */
  static ColumnType stateType(Aggregate aggregate) {
    return aggregate.function() == Aggregate.Function.SUM ? Simple.BYTES : aggregate.type();
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

  private static Sums sum(Aggregate aggregate) {
    ColumnType argument = aggregate.argument().type();
    if (argument == Simple.DOUBLE || argument == Simple.FLOAT) {
      return new Sums.Floating(aggregate.name());
    }
    int scale = argument instanceof ColumnType.Decimal decimal ? decimal.scale() : 0;
    return new Sums.Exact(aggregate.name(), scale);
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

  /**
   * The quotient of a sum and a count, decimals rounded half up; null of nothing.
   *
   * @throws ArithmeticException with a sentence, if it does not fit the type
   */
  static Object average(String column, Sums sum, long count, ColumnType type) {
    if (count == 0) {
      return null;
    }
    if (type instanceof ColumnType.Decimal decimal) {
      BigDecimal quotient =
          sum.exact().divide(BigDecimal.valueOf(count), decimal.scale(), RoundingMode.HALF_UP);
      return fit(column, quotient, decimal.scale());
    }
    return sum.mean(count);
  }

  /** A number as a decimal of as many digits as there may be. */
  static DecimalData fit(String column, BigDecimal number, int scale) {
    int precision = ColumnType.Decimal.MAX_PRECISION;
    DecimalData data = DecimalData.fromBigDecimal(number, precision, scale);
    if (data == null) {
      throw new ArithmeticException(
          "The value of column '%s' is %s, which does not fit decimal(%d, %d). Aggregate over smaller groups or a smaller scale."
              .formatted(column, number.toPlainString(), precision, scale));
    }
    return data;
  }
}
