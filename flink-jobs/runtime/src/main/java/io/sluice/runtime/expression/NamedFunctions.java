package io.sluice.runtime.expression;

import io.sluice.udf.UserFunction;
import java.util.List;

/** Calls of registered functions, whose arguments have the types of the parameters. */
final class NamedFunctions {
  private NamedFunctions() {}

  /** The arguments are gathered in one array for all rows: an evaluator belongs to one task. */
  static Evaluator compile(UserFunction function, List<Evaluator> arguments) {
    Evaluator[] evaluators = arguments.toArray(Evaluator[]::new);
    Object[] values = new Object[evaluators.length];
    return row -> {
      for (int i = 0; i < evaluators.length; i++) {
        values[i] = evaluators[i].evaluate(row);
        if (values[i] == null) {
          return null;
        }
      }
      return function.apply(values);
    };
  }
}
