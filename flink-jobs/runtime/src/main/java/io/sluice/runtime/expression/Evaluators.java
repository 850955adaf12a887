package io.sluice.runtime.expression;

import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;

/** Evaluators that give null when an argument is null. */
final class Evaluators {
  private Evaluators() {}

  static Evaluator unary(Evaluator argument, UnaryOperator<Object> function) {
    return row -> {
      Object value = argument.evaluate(row);
      return value == null ? null : function.apply(value);
    };
  }

  static Evaluator binary(Evaluator left, Evaluator right, BinaryOperator<Object> function) {
    return row -> {
      Object a = left.evaluate(row);
      if (a == null) {
        return null;
      }
      Object b = right.evaluate(row);
      return b == null ? null : function.apply(a, b);
    };
  }
}
