package io.sluice.definition.model;

import io.sluice.udf.UserFunction;
import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;

/** A parsed and typed expression over the columns of a row, such as {@code quantity * price}. */
public sealed interface Expression extends Serializable {

  /** The type of the result. */
  ColumnType type();

  /** What the expression is made of; nothing for columns and constants. */
  default List<Expression> arguments() {
    return List.of();
  }

  /** The value of a column. */
  record ColumnRef(String name, ColumnType type) implements Expression {}

  /**
   * A constant.
   *
   * @param value a Boolean, Long, {@link java.math.BigDecimal}, Double or String, by {@code type};
   *     null for the literal {@code null}
   */
  record Literal(Serializable value, ColumnType type) implements Expression {}

  /** A function or operator of the language applied to its arguments. */
  record Call(Function function, List<Expression> arguments, ColumnType type)
      implements Expression {
    public Call {
      arguments = List.copyOf(arguments);
    }
  }

  /** A registered function applied to its arguments. */
  record Named(UserFunction function, List<Expression> arguments) implements Expression {
    /**
     * @throws IllegalArgumentException if the function does not take such arguments
     */
    public Named {
      arguments = List.copyOf(arguments);
      List<ColumnType> types = arguments.stream().map(Expression::type).toList();
      UserFunction.Parameters parameters = function.parameters();
      boolean fits =
          parameters.fit(types.size())
              && IntStream.range(0, types.size())
                  .allMatch(i -> FunctionTypes.fits(parameters.type(i), types.get(i)));
      if (!fits) {
        throw new IllegalArgumentException(
            "%s takes (%s), not %s".formatted(function.symbol(), parameters, types));
      }
    }

    @Override
    public ColumnType type() {
      return FunctionTypes.column(function.result());
    }
  }

  /**
   * What the language itself has. All but {@link #COALESCE}, {@link #IF}, {@link #IS_NULL}, {@link
   * #AND} and {@link #OR} give null when an argument is null.
   */
  enum Function {
    ADD("+"),
    SUBTRACT("-"),
    MULTIPLY("*"),
    DIVIDE("/"),
    NEGATE("negate"),
    EQUAL("="),
    NOT_EQUAL("!="),
    LESS("<"),
    LESS_OR_EQUAL("<="),
    GREATER(">"),
    GREATER_OR_EQUAL(">="),
    AND("and"),
    OR("or"),
    NOT("not"),
    IS_NULL("is_null"),
    ABS("abs"),
    /** The first argument that is not null. */
    COALESCE("coalesce"),
    /** {@code if(condition, then, else)}; a null condition counts as false. */
    IF("if");

    private final String symbol;

    Function(String symbol) {
      this.symbol = symbol;
    }

    /** How the function is written in a pipeline file. */
    public String symbol() {
      return symbol;
    }
  }
}
