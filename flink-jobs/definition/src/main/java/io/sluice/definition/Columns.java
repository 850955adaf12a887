package io.sluice.definition;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Looks columns up by name and names their types for people. */
final class Columns {
  private Columns() {}

  /** The column; an unknown name is a problem at the place that names it. */
  static Optional<Column> find(String name, Collection<Column> columns, Value place) {
    Optional<Column> found = columns.stream().filter(c -> c.name().equals(name)).findFirst();
    if (found.isEmpty()) {
      place.problem(unknown(name, columns));
    }
    return found;
  }

  static String unknown(String name, Collection<Column> columns) {
    List<String> names = columns.stream().map(Column::name).toList();
    return "unknown column '" + name + "'." + Nearest.allowed(name, names);
  }

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
