package io.sluice.definition.model;

import java.io.Serializable;
import java.util.Optional;

/**
 * One aggregated column of a view, such as {@code sum(notional)}.
 *
 * @param name the column that it fills
 * @param function what is computed
 * @param argument null for {@code count()}, which counts rows
 * @param type type of the result: sums of decimals are decimal(38, s), of INT and LONG are
 *     decimal(38, 0), of FLOAT and DOUBLE are DOUBLE; count is LONG; avg of a decimal is
 *     decimal(38, max(s, 6)), else DOUBLE; min and max keep the argument's type
 */
public record Aggregate(String name, Function function, Expression argument, ColumnType type)
    implements Serializable {

  /** The aggregate functions. All of them pass over null arguments. */
  public enum Function {
    SUM,
    COUNT,
    MIN,
    MAX,
    AVG
  }

  /** The argument, empty for {@code count()}. */
  public Optional<Expression> optionalArgument() {
    return Optional.ofNullable(argument);
  }
}
