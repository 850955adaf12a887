package io.sluice.runtime.expression;

import io.sluice.definition.model.ColumnType;
import io.sluice.definition.model.ColumnType.Decimal;
import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.definition.model.Expression;
import io.sluice.definition.model.Expression.Call;
import io.sluice.definition.model.Expression.Function;
import io.sluice.udf.DecimalFunctions;
import io.sluice.udf.NumberFunctions;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.apache.flink.table.data.DecimalData;

/** The arithmetic operators, in the kind of number that the result has. */
final class Arithmetic {
  // Digits of the largest int and long.
  private static final Decimal INT_AS_DECIMAL = new Decimal(10, 0);
  private static final Decimal LONG_AS_DECIMAL = new Decimal(19, 0);

  private Arithmetic() {}

  static Evaluator compile(Call call, ExpressionCompiler.Arguments arguments) {
    Expression first = call.arguments().get(0);
    if (call.arguments().size() == 1) {
      Evaluator argument = arguments.as(first, operandType(call, first));
      return result(call, Evaluators.unary(argument, unary(call)));
    }
    Expression second = call.arguments().get(1);
    return result(
        call,
        Evaluators.binary(
            arguments.as(first, operandType(call, first)),
            arguments.as(second, operandType(call, second)),
            binary(call)));
  }

  /** Integers are computed as longs and fractions as doubles, whatever the width of the result. */
  private static ColumnType workType(Call call) {
    if (call.type() instanceof Decimal) {
      return call.type();
    }
    if (call.type() == Simple.INT || call.type() == Simple.LONG) {
      return Simple.LONG;
    }
    return Simple.DOUBLE;
  }

  /** Operands of decimal operators keep their own precision and scale. */
  private static ColumnType operandType(Call call, Expression operand) {
    if (!(call.type() instanceof Decimal)) {
      return workType(call);
    }
    if (operand.type() == Simple.INT) {
      return INT_AS_DECIMAL;
    }
    return operand.type() instanceof Decimal ? operand.type() : LONG_AS_DECIMAL;
  }

  private static Evaluator result(Call call, Evaluator computed) {
    ColumnType work = workType(call);
    return work.equals(call.type())
        ? computed
        : Evaluators.unary(computed, Conversions.between(work, call.type()));
  }

  private static UnaryOperator<Object> unary(Call call) {
    boolean negate = call.function() == Function.NEGATE;
    if (call.type() instanceof Decimal type) {
      return value -> {
        DecimalData number = (DecimalData) value;
        return DecimalFunctions.cast(
            negate ? DecimalFunctions.negate(number) : DecimalFunctions.abs(number),
            type.precision(),
            type.scale());
      };
    }
    if (workType(call) == Simple.LONG) {
      return negate
          ? value -> Math.negateExact((Long) value)
          : value -> NumberFunctions.abs((Long) value);
    }
    return negate ? value -> -(Double) value : value -> Math.abs((Double) value);
  }

  private static BinaryOperator<Object> binary(Call call) {
    if (call.type() instanceof Decimal type) {
      return decimals(call.function(), type.precision(), type.scale());
    }
    return workType(call) == Simple.LONG ? longs(call) : doubles(call);
  }

  private static BinaryOperator<Object> decimals(Function function, int precision, int scale) {
    return switch (function) {
      case ADD ->
          (a, b) -> DecimalFunctions.add((DecimalData) a, (DecimalData) b, precision, scale);
      case SUBTRACT ->
          (a, b) -> DecimalFunctions.subtract((DecimalData) a, (DecimalData) b, precision, scale);
      case MULTIPLY ->
          (a, b) -> DecimalFunctions.multiply((DecimalData) a, (DecimalData) b, precision, scale);
      default ->
          (a, b) -> DecimalFunctions.divide((DecimalData) a, (DecimalData) b, precision, scale);
    };
  }

  private static BinaryOperator<Object> longs(Call call) {
    return switch (call.function()) {
      case ADD -> (a, b) -> Math.addExact((Long) a, (Long) b);
      case SUBTRACT -> (a, b) -> Math.subtractExact((Long) a, (Long) b);
      case MULTIPLY -> (a, b) -> Math.multiplyExact((Long) a, (Long) b);
      default ->
          throw new IllegalArgumentException(
              "%s of integers has a DOUBLE as result, not %s"
                  .formatted(call.function(), call.type()));
    };
  }

  private static BinaryOperator<Object> doubles(Call call) {
    return switch (call.function()) {
      case ADD -> (a, b) -> finite((Double) a + (Double) b);
      case SUBTRACT -> (a, b) -> finite((Double) a - (Double) b);
      case MULTIPLY -> (a, b) -> finite((Double) a * (Double) b);
      default -> (a, b) -> finite(NumberFunctions.divide((Double) a, (Double) b));
    };
  }

  private static double finite(double result) {
    if (!Double.isFinite(result)) {
      throw new ArithmeticException("the result is %s, which is no number".formatted(result));
    }
    return result;
  }
}
