package io.sluice.definition.model;

import java.io.Serializable;
import java.util.List;

/** A parsed and typed expression over the columns of a row, such as {@code quantity * price}. */
public sealed interface Expression extends Serializable {

  /** The type of the result. */
  ColumnType type();

  /** The value of a column. */
  record ColumnRef(String name, ColumnType type) implements Expression {}

  /**
   * A constant.
   *
   * @param value a Boolean, Long, {@link java.math.BigDecimal}, Double or String, by {@code type};
   *     null for the literal {@code null}
   */
  record Literal(Serializable value, ColumnType type) implements Expression {}

  /** A function or operator applied to its arguments. */
  record Call(Function function, List<Expression> arguments, ColumnType type)
      implements Expression {
    public Call {
      arguments = List.copyOf(arguments);
    }
  }

  /**
   * What an expression can call. All but {@link #COALESCE}, {@link #IF}, {@link #IS_NULL}, {@link
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
    /** The UTC calendar date of an instant or the date of a local timestamp. */
    DATE("date"),
    /** The UTC hour of an instant, 0 to 23. */
    HOUR("hour"),
    ABS("abs"),
    UPPER("upper"),
    LOWER("lower"),
    TRIM("trim"),
    CONCAT("concat"),
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
