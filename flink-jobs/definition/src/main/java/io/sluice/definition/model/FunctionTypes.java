package io.sluice.definition.model;

import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.udf.ValueType;

/** The types of registered functions as types of columns. */
public final class FunctionTypes {
  private FunctionTypes() {}

  /**
   * The type of a result.
   *
   * @throws IllegalArgumentException if the type is of arguments only
   */
  public static ColumnType column(ValueType type) {
    return switch (type) {
      case BOOLEAN -> Simple.BOOLEAN;
      case INT -> Simple.INT;
      case LONG -> Simple.LONG;
      case DOUBLE -> Simple.DOUBLE;
      case STRING -> Simple.STRING;
      case DATE -> Simple.DATE;
      case TIMESTAMP -> throw new IllegalArgumentException("no function gives a " + type.text());
    };
  }

  /** Whether a value of a column's type can be an argument; nothing is converted. */
  public static boolean fits(ValueType type, ColumnType column) {
    return type == ValueType.TIMESTAMP
        ? column.isInstant()
            || column == Simple.LOCAL_TIMESTAMP_MILLIS
            || column == Simple.LOCAL_TIMESTAMP_MICROS
        : column == column(type);
  }
}
