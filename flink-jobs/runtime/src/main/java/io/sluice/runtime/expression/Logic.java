package io.sluice.runtime.expression;

import java.util.List;

/** The functions that look at nulls themselves. AND, OR and NOT know three values, as SQL does. */
final class Logic {
  private Logic() {}

  static Evaluator and(List<Evaluator> conditions) {
    return junction(conditions, false);
  }

  static Evaluator or(List<Evaluator> conditions) {
    return junction(conditions, true);
  }

  /** One {@code decisive} condition decides; else null if one is null. */
  private static Evaluator junction(List<Evaluator> conditions, boolean decisive) {
    Evaluator[] evaluators = conditions.toArray(Evaluator[]::new);
    return row -> {
      boolean unknown = false;
      for (Evaluator evaluator : evaluators) {
        Object value = evaluator.evaluate(row);
        if (value == null) {
          unknown = true;
        } else if ((boolean) value == decisive) {
          return decisive;
        }
      }
      return unknown ? null : (Boolean) !decisive;
    };
  }

  static Evaluator not(Evaluator condition) {
    return Evaluators.unary(condition, value -> !(boolean) value);
  }

  static Evaluator isNull(Evaluator argument) {
    return row -> argument.evaluate(row) == null;
  }

  static Evaluator coalesce(List<Evaluator> arguments) {
    Evaluator[] evaluators = arguments.toArray(Evaluator[]::new);
    return row -> {
      for (Evaluator evaluator : evaluators) {
        Object value = evaluator.evaluate(row);
        if (value != null) {
          return value;
        }
      }
      return null;
    };
  }

  static Evaluator choose(Evaluator condition, Evaluator then, Evaluator otherwise) {
    return row ->
        Boolean.TRUE.equals(condition.evaluate(row)) ? then.evaluate(row) : otherwise.evaluate(row);
  }
}
