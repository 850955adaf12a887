package io.sluice.runtime.expression;

import io.sluice.definition.model.ColumnType;
import io.sluice.definition.model.ColumnType.Decimal;
import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.definition.model.Expression;
import io.sluice.definition.model.Expression.Call;
import io.sluice.definition.model.Expression.Function;
import io.sluice.definition.model.Expression.Literal;
import io.sluice.udf.DecimalFunctions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntPredicate;
import org.apache.flink.table.data.DecimalData;

/**
 * The comparison operators. Numbers compare across their types: integers and decimals exactly, and
 * as doubles as soon as one side is FLOAT or DOUBLE. NaN equals nothing and is in no order. Strings
 * compare by their UTF-8 bytes, which is the order of their code points.
 */
final class Comparisons {
  private static final Decimal LONG_AS_DECIMAL = new Decimal(19, 0);

  private Comparisons() {}

  static Evaluator compile(Call call, ExpressionCompiler.Arguments arguments) {
    Expression left = call.arguments().get(0);
    Expression right = call.arguments().get(1);
    if (isNull(left) || isNull(right)) {
      return row -> null;
    }
    if (isFloating(left.type(), right.type())) {
      Function function = call.function();
      return Evaluators.binary(
          arguments.as(left, Simple.DOUBLE),
          arguments.as(right, Simple.DOUBLE),
          (a, b) -> compareDoubles(function, (Double) a, (Double) b));
    }
    IntPredicate holds = holds(call.function());
    Comparator<Object> order = order(left.type(), right.type());
    return Evaluators.binary(
        arguments.as(left, comparable(left.type(), right.type())),
        arguments.as(right, comparable(right.type(), left.type())),
        (a, b) -> holds.test(order.compare(a, b)));
  }

  private static boolean isNull(Expression expression) {
    return expression instanceof Literal literal && literal.value() == null;
  }

  private static boolean isFloating(ColumnType left, ColumnType right) {
    boolean floating =
        left == Simple.FLOAT
            || left == Simple.DOUBLE
            || right == Simple.FLOAT
            || right == Simple.DOUBLE;
    return floating && left.isNumeric() && right.isNumeric();
  }

  private static boolean compareDoubles(Function function, double a, double b) {
    return switch (function) {
      case EQUAL -> a == b;
      case NOT_EQUAL -> a != b;
      case LESS -> a < b;
      case LESS_OR_EQUAL -> a <= b;
      case GREATER -> a > b;
      default -> a >= b;
    };
  }

  private static IntPredicate holds(Function function) {
    return switch (function) {
      case EQUAL -> order -> order == 0;
      case NOT_EQUAL -> order -> order != 0;
      case LESS -> order -> order < 0;
      case LESS_OR_EQUAL -> order -> order <= 0;
      case GREATER -> order -> order > 0;
      default -> order -> order >= 0;
    };
  }

  /** The type in which an operand is compared with one of another type. */
  private static ColumnType comparable(ColumnType type, ColumnType other) {
    if (type instanceof Decimal || !type.isNumeric()) {
      return type;
    }
    return other instanceof Decimal ? LONG_AS_DECIMAL : Simple.LONG;
  }

  @SuppressWarnings("unchecked")
  private static Comparator<Object> order(ColumnType left, ColumnType right) {
    if (left.isNumeric() && right.isNumeric()) {
      return left instanceof Decimal || right instanceof Decimal
          ? (a, b) -> DecimalFunctions.compare((DecimalData) a, (DecimalData) b)
          : (a, b) -> Long.compare((Long) a, (Long) b);
    }
    boolean sameKind =
        left.equals(right) && left instanceof Simple
            || Conversions.isTimestamp(left)
                && left.isInstant() == right.isInstant()
                && Conversions.isTimestamp(right);
    if (!sameKind) {
      throw new IllegalArgumentException("%s cannot be compared with %s".formatted(left, right));
    }
    if (left == Simple.BYTES) {
      return (a, b) -> Arrays.compareUnsigned((byte[]) a, (byte[]) b);
    }
    return (a, b) -> ((Comparable<Object>) a).compareTo(b);
  }
}
