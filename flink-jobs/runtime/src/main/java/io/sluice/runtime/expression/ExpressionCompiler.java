package io.sluice.runtime.expression;

import io.sluice.definition.model.Column;
import io.sluice.definition.model.ColumnType;
import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.definition.model.Expression;
import io.sluice.definition.model.Expression.Call;
import io.sluice.definition.model.Expression.ColumnRef;
import io.sluice.definition.model.Expression.Literal;
import io.sluice.definition.model.Expression.Named;
import io.sluice.runtime.row.RowTypes;
import java.math.BigDecimal;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;

/**
 * Compiles an expression against the columns of the rows that it will see. Types are decided here,
 * once; an evaluator does no look-ups.
 */
public final class ExpressionCompiler {
  private final List<Column> columns;

  private ExpressionCompiler(List<Column> columns) {
    this.columns = columns;
  }

  /**
   * Compiles one expression.
   *
   * @param columns the row's columns, in order
   * @throws IllegalArgumentException if the expression names a column that is not there, or applies
   *     a function to types that it is not made for; the parser of definitions lets neither through
   */
  public static Evaluator compile(Expression expression, List<Column> columns) {
    Evaluator evaluator = new ExpressionCompiler(columns).evaluator(expression);
    if (!(expression instanceof Call || expression instanceof Named)) {
      return evaluator;
    }
    String text = ExpressionText.of(expression);
    return row -> {
      try {
        return evaluator.evaluate(row);
      } catch (ArithmeticException e) {
        ArithmeticException explained =
            new ArithmeticException("%s has no value: %s".formatted(text, e.getMessage()));
        explained.initCause(e);
        throw explained;
      }
    };
  }

  private Evaluator evaluator(Expression expression) {
    if (expression instanceof ColumnRef column) {
      return column(column);
    }
    if (expression instanceof Literal literal) {
      Object value = internal(literal);
      return row -> value;
    }
    if (expression instanceof Named named) {
      return NamedFunctions.compile(named.function(), evaluators(named.arguments()));
    }
    return call((Call) expression);
  }

  private Evaluator column(ColumnRef reference) {
    int index =
        IntStream.range(0, columns.size())
            .filter(i -> columns.get(i).name().equals(reference.name()))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "no column %s among %s"
                            .formatted(
                                reference.name(), columns.stream().map(Column::name).toList())));
    Column column = columns.get(index);
    if (!column.type().equals(reference.type())) {
      throw new IllegalArgumentException(
          "column %s is %s, but the expression was parsed with %s"
              .formatted(column.name(), column.type(), reference.type()));
    }
    // As nullable: a derived column may be null whatever its declaration says.
    return RowData.createFieldGetter(RowTypes.logicalType(column.type(), true), index)
        ::getFieldOrNull;
  }

  private static Object internal(Literal literal) {
    Object value = literal.value();
    if (value instanceof String text && literal.type() == Simple.STRING) {
      return StringData.fromString(text);
    }
    if (value instanceof BigDecimal number
        && literal.type() instanceof ColumnType.Decimal decimal) {
      return DecimalData.fromBigDecimal(number, decimal.precision(), decimal.scale());
    }
    boolean asItIs =
        value == null
            || value instanceof Boolean && literal.type() == Simple.BOOLEAN
            || value instanceof Long && literal.type() == Simple.LONG
            || value instanceof Double && literal.type() == Simple.DOUBLE;
    if (asItIs) {
      return value;
    }
    if (value instanceof Long number && literal.type() == Simple.INT) {
      return Math.toIntExact(number);
    }
    throw new IllegalArgumentException("the literal %s is no %s".formatted(value, literal.type()));
  }

  private Evaluator call(Call call) {
    List<Expression> arguments = call.arguments();
    return switch (call.function()) {
      case ADD, SUBTRACT, MULTIPLY, DIVIDE, NEGATE, ABS -> Arithmetic.compile(call, this::as);
      case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL ->
          Comparisons.compile(call, this::as);
      case AND -> Logic.and(evaluators(arguments));
      case OR -> Logic.or(evaluators(arguments));
      case NOT -> Logic.not(evaluator(arguments.get(0)));
      case IS_NULL -> Logic.isNull(evaluator(arguments.get(0)));
      case COALESCE -> Logic.coalesce(arguments.stream().map(a -> as(a, call.type())).toList());
      case IF ->
          Logic.choose(
              evaluator(arguments.get(0)),
              as(arguments.get(1), call.type()),
              as(arguments.get(2), call.type()));
    };
  }

  private List<Evaluator> evaluators(List<Expression> arguments) {
    return arguments.stream().map(this::evaluator).toList();
  }

  /** The expression's value in another type. */
  private Evaluator as(Expression expression, ColumnType type) {
    if (expression instanceof Literal literal) {
      Object value = literal.value() == null ? null : internal(literal);
      Object converted =
          value == null ? null : Conversions.between(literal.type(), type).apply(value);
      return row -> converted;
    }
    Evaluator evaluator = evaluator(expression);
    if (expression.type().equals(type)) {
      return evaluator;
    }
    return Evaluators.unary(evaluator, Conversions.between(expression.type(), type));
  }

  /** How the groups of functions compile their arguments. */
  @FunctionalInterface
  interface Arguments {
    Evaluator as(Expression expression, ColumnType type);
  }
}
