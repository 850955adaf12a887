package io.sluice.runtime.expression;

import org.apache.flink.table.data.RowData;

/**
 * A compiled expression. Not serializable: operators compile it when they open. Not for more than
 * one thread.
 */
@FunctionalInterface
public interface Evaluator {
  /**
   * The expression's value for a row, as Flink's internal data object of the expression's type
   * (Long, Double, DecimalData, StringData, TimestampData, Integer for a date, ...), or null.
   *
   * @throws ArithmeticException on a division by zero, or when the value does not fit its type
   */
  Object evaluate(RowData row);
}
