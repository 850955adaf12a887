package io.sluice.definition.expression;

import io.sluice.definition.model.ColumnType;
import io.sluice.definition.model.ColumnType.Decimal;
import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.definition.model.Expression;
import io.sluice.definition.model.Expression.Call;
import io.sluice.definition.model.Expression.Function;
import io.sluice.definition.model.Expression.Literal;
import io.sluice.definition.model.Expression.Named;
import io.sluice.definition.model.FunctionTypes;
import io.sluice.udf.UserFunction;
import io.sluice.udf.ValueType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The type rules of expressions. An operand that is null was reported before; what contains it is
 * null too.
 */
final class ExpressionTypes {
  /** The literal {@code null} before its place gives it a type. */
  static final Expression NULL = new Literal(null, Simple.STRING);

  private final BiConsumer<Integer, String> problems;

  ExpressionTypes(BiConsumer<Integer, String> problems) {
    this.problems = problems;
  }

  static boolean isNull(Expression expression) {
    return expression == NULL;
  }

  Expression logical(Function function, Expression left, Expression right, int at) {
    return call(function, Arrays.asList(left, right), at);
  }

  Expression arithmetic(Function function, Expression left, Expression right, int at) {
    if (left == null || right == null) {
      return null;
    }
    if (isNull(left) || isNull(right) || !left.type().isNumeric() || !right.type().isNumeric()) {
      String remedy =
          function == Function.ADD && (isText(left) || isText(right))
              ? " Texts are joined with concat(a, b)."
              : "";
      return refuse(
          at,
          "'%s' needs two numbers, but has %s and %s.%s"
              .formatted(function.symbol(), describe(left), describe(right), remedy));
    }
    return new Call(
        function, Arrays.asList(left, right), resultOf(function, left.type(), right.type()));
  }

  Expression comparison(Function function, Expression left, Expression right, int at) {
    if (left == null || right == null) {
      return null;
    }
    if (isNull(left) || isNull(right)) {
      return refuse(
          at, "'%s' with null is never true. Use is_null(x).".formatted(function.symbol()));
    }
    boolean equality = function == Function.EQUAL || function == Function.NOT_EQUAL;
    boolean same =
        left.type().isNumeric() && right.type().isNumeric() || left.type().equals(right.type());
    boolean fits = equality ? isComparable(left.type()) : isOrdered(left.type());
    if (!same || !fits) {
      return refuse(
          at,
          "'%s' cannot compare %s with %s"
              .formatted(function.symbol(), describe(left), describe(right)));
    }
    return new Call(function, Arrays.asList(left, right), Simple.BOOLEAN);
  }

  Expression call(Function function, List<Expression> arguments, int at) {
    if (!countFits(function, arguments.size())) {
      return refuse(
          at,
          "%s takes %s, but has %d"
              .formatted(function.symbol(), arity(function), arguments.size()));
    }
    if (arguments.stream().anyMatch(Objects::isNull)) {
      return null;
    }
    return switch (function) {
      case AND, OR, NOT -> conditions(function, arguments, at);
      case ABS, NEGATE -> ofNumber(function, arguments, at);
      case IS_NULL -> new Call(function, arguments, Simple.BOOLEAN);
      case COALESCE -> unified(function, List.of(), arguments, at);
      case IF -> conditional(arguments, at);
      default -> throw new IllegalArgumentException(function + " is an operator of two sides");
    };
  }

  private Expression conditional(List<Expression> arguments, int at) {
    Expression condition = arguments.get(0);
    if (isNull(condition) || condition.type() != Simple.BOOLEAN) {
      return refuse(at, "the condition of if must be a boolean, but is " + describe(condition));
    }
    return unified(Function.IF, List.of(condition), arguments.subList(1, 3), at);
  }

  /** Alternatives must meet in one type; constants are converted to it here. */
  private Expression unified(
      Function function, List<Expression> before, List<Expression> alternatives, int at) {
    Optional<ColumnType> common = Optional.empty();
    for (Expression alternative : alternatives) {
      if (!isNull(alternative)) {
        Optional<ColumnType> next =
            common.isEmpty()
                ? Optional.of(alternative.type())
                : unify(common.get(), alternative.type());
        if (next.isEmpty()) {
          return refuse(
              at,
              "%s needs values of one type, but has %s and %s"
                  .formatted(
                      function.symbol(), Columns.describe(common.get()), describe(alternative)));
        }
        common = next;
      }
    }
    if (common.isEmpty()) {
      return refuse(at, function.symbol() + " of nothing but null has no type");
    }
    List<Expression> arguments = new ArrayList<>(before);
    for (Expression alternative : alternatives) {
      arguments.add(convert(alternative, common.get()));
    }
    return new Call(function, arguments, common.get());
  }

  private static Expression convert(Expression expression, ColumnType type) {
    if (isNull(expression)) {
      return new Literal(null, type);
    }
    if (!(expression instanceof Literal literal) || literal.type().equals(type)) {
      return expression;
    }
    BigDecimal value = new BigDecimal(literal.value().toString());
    if (type == Simple.DOUBLE) {
      return new Literal(value.doubleValue(), type);
    }
    return type instanceof Decimal decimal && value.scale() <= decimal.scale()
        ? new Literal(value.setScale(decimal.scale()), type)
        : expression;
  }

  /** A call of a registered function. */
  Expression named(UserFunction function, List<Expression> arguments, int at) {
    UserFunction.Parameters parameters = function.parameters();
    if (!parameters.fit(arguments.size())) {
      return refuse(
          at,
          "%s takes %s, but has %d"
              .formatted(function.symbol(), parameters.number(), arguments.size()));
    }
    if (arguments.stream().anyMatch(Objects::isNull)) {
      return null;
    }
    for (int i = 0; i < arguments.size(); i++) {
      Expression argument = arguments.get(i);
      ValueType needed = parameters.type(i);
      if (isNull(argument) || !FunctionTypes.fits(needed, argument.type())) {
        return refuse(
            at,
            (needed == ValueType.TIMESTAMP
                    ? "%s needs a %s, but has %s"
                    : "'%s' needs %s, but has %s")
                .formatted(function.symbol(), needed.text(), describe(argument)));
      }
    }
    return new Named(function, arguments);
  }

  private Expression conditions(Function function, List<Expression> arguments, int at) {
    for (Expression argument : arguments) {
      if (isNull(argument) || argument.type() != Simple.BOOLEAN) {
        return refuse(
            at, "'%s' needs boolean, but has %s".formatted(function.symbol(), describe(argument)));
      }
    }
    return new Call(function, arguments, Simple.BOOLEAN);
  }

  private Expression ofNumber(Function function, List<Expression> arguments, int at) {
    Expression argument = arguments.get(0);
    if (isNull(argument) || !argument.type().isNumeric()) {
      String name = function == Function.NEGATE ? "-" : function.symbol();
      return refuse(at, "'%s' needs a number, but has %s".formatted(name, describe(argument)));
    }
    return new Call(function, arguments, widened(argument.type()));
  }

  private static ColumnType widened(ColumnType type) {
    if (type instanceof Decimal) {
      return type;
    }
    return type == Simple.INT || type == Simple.LONG ? Simple.LONG : Simple.DOUBLE;
  }

  private static ColumnType resultOf(Function function, ColumnType left, ColumnType right) {
    if (isFloating(left) || isFloating(right)) {
      return Simple.DOUBLE;
    }
    if (!(left instanceof Decimal) && !(right instanceof Decimal)) {
      return function == Function.DIVIDE ? Simple.DOUBLE : Simple.LONG;
    }
    Decimal a = asDecimal(left);
    Decimal b = asDecimal(right);
    int scale = Math.max(a.scale(), b.scale());
    return switch (function) {
      case MULTIPLY -> decimal(a.precision() + b.precision(), a.scale() + b.scale());
      case DIVIDE -> decimal(Decimal.MAX_PRECISION, Math.max(6, a.scale()));
      default -> decimal(integerDigits(a, b) + scale + 1, scale);
    };
  }

  private static Optional<ColumnType> unify(ColumnType left, ColumnType right) {
    if (left.equals(right)) {
      return Optional.of(left);
    }
    if (!left.isNumeric() || !right.isNumeric()) {
      return Optional.empty();
    }
    if (isFloating(left) || isFloating(right)) {
      return Optional.of(Simple.DOUBLE);
    }
    if (!(left instanceof Decimal) && !(right instanceof Decimal)) {
      return Optional.of(Simple.LONG);
    }
    Decimal a = asDecimal(left);
    Decimal b = asDecimal(right);
    int scale = Math.max(a.scale(), b.scale());
    return Optional.of(decimal(integerDigits(a, b) + scale, scale));
  }

  private static int integerDigits(Decimal a, Decimal b) {
    return Math.max(a.precision() - a.scale(), b.precision() - b.scale());
  }

  private static Decimal decimal(int precision, int scale) {
    return new Decimal(
        Math.min(Decimal.MAX_PRECISION, precision), Math.min(Decimal.MAX_PRECISION, scale));
  }

  private static Decimal asDecimal(ColumnType type) {
    return type instanceof Decimal decimal ? decimal : new Decimal(type == Simple.INT ? 10 : 19, 0);
  }

  private static boolean isFloating(ColumnType type) {
    return type == Simple.FLOAT || type == Simple.DOUBLE;
  }

  private static boolean isText(Expression expression) {
    return !isNull(expression) && expression.type() == Simple.STRING;
  }

  /** Whether values have an order, as minima, maxima and {@code <} need. */
  static boolean isOrdered(ColumnType type) {
    return type instanceof Decimal
        || type instanceof Simple && type != Simple.BOOLEAN && type != Simple.BYTES;
  }

  private static boolean isComparable(ColumnType type) {
    return isOrdered(type) || type == Simple.BOOLEAN;
  }

  private static boolean countFits(Function function, int count) {
    return switch (function) {
      case IF -> count == 3;
      case COALESCE -> count >= 2;
      case AND, OR -> count == 2;
      default -> count == 1;
    };
  }

  private static String arity(Function function) {
    return switch (function) {
      case IF -> "3 arguments (condition, then, else)";
      case COALESCE -> "2 or more arguments";
      default -> "1 argument";
    };
  }

  private Expression refuse(int at, String message) {
    problems.accept(at, message);
    return null;
  }

  private static String describe(Expression expression) {
    return isNull(expression) ? "null" : Columns.describe(expression.type());
  }
}
