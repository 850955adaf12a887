package io.sluice.definition.expression;

import io.sluice.definition.model.ColumnType;
import java.util.Locale;

/** What types mean to people and to keys. */
public final class Columns {
  private Columns() {}

  /** A type as it is written in messages: {@code long}, {@code decimal(18, 2)}, {@code array}. */
  public static String describe(ColumnType type) {
    if (type instanceof ColumnType.Array) {
      return "array";
    }
    if (type instanceof ColumnType.MapOf) {
      return "map";
    }
    if (type instanceof ColumnType.Struct) {
      return "record";
    }
    return type.toString().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether one of two values is the later: whole numbers, dates and times. */
  public static boolean isOrder(ColumnType type) {
    return type instanceof ColumnType.Simple simple
        && switch (simple) {
          case BOOLEAN, FLOAT, DOUBLE, STRING, BYTES -> false;
          default -> true;
        };
  }

  /** Whether values of the type can be told apart exactly, as keys and partitions must be. */
  public static boolean isKey(ColumnType type) {
    return type instanceof ColumnType.Decimal
        || type instanceof ColumnType.Simple simple
            && switch (simple) {
              case FLOAT, DOUBLE, BYTES -> false;
              default -> true;
            };
  }
}
