package io.sluice.definition;

import java.util.Locale;

/** What types mean to people and to keys. */
final class Columns {
  private Columns() {}

  /** A type as it is written in messages: {@code long}, {@code decimal(18, 2)}, {@code array}. */
  static String describe(ColumnType type) {
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
  static boolean isOrder(ColumnType type) {
    return type instanceof ColumnType.Simple simple
        && switch (simple) {
          case BOOLEAN, FLOAT, DOUBLE, STRING, BYTES -> false;
          default -> true;
        };
  }

  /** Whether values of the type can be told apart exactly, as keys and partitions must be. */
  static boolean isKey(ColumnType type) {
    return type instanceof ColumnType.Decimal
        || type instanceof ColumnType.Simple simple
            && switch (simple) {
              case FLOAT, DOUBLE, BYTES -> false;
              default -> true;
            };
  }
}
