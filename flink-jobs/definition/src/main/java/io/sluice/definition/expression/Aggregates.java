package io.sluice.definition.expression;

import io.sluice.definition.model.Aggregate;
import io.sluice.definition.model.ColumnType;
import io.sluice.definition.model.ColumnType.Decimal;
import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.definition.model.Expression;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;

/** The type rules of aggregate functions. */
final class Aggregates {
  private Aggregates() {}

  static List<String> names() {
    return Arrays.stream(Aggregate.Function.values())
        .map(function -> function.name().toLowerCase(Locale.ROOT))
        .toList();
  }

  static Optional<Aggregate.Function> function(String name) {
    return Arrays.stream(Aggregate.Function.values())
        .filter(function -> function.name().equalsIgnoreCase(name))
        .findFirst();
  }

  /**
   * The typed aggregate, or null after a problem.
   *
   * @param argument null when there is none or when it was wrong and has been reported
   * @param at where the argument starts
   */
  static Aggregate typed(
      String name,
      Aggregate.Function function,
      boolean empty,
      Expression argument,
      int at,
      BiConsumer<Integer, String> problems) {
    String written = function.name().toLowerCase(Locale.ROOT);
    if (function == Aggregate.Function.COUNT) {
      if (!empty) {
        problems.accept(at, "count() counts rows and takes no argument");
        return null;
      }
      return new Aggregate(name, function, null, Simple.LONG);
    }
    if (empty) {
      problems.accept(at, written + " needs an argument, such as " + written + "(column)");
      return null;
    }
    if (argument == null) {
      return null;
    }
    if (ExpressionTypes.isNull(argument)) {
      problems.accept(at, written + " of null has no type");
      return null;
    }
    boolean extreme = function == Aggregate.Function.MIN || function == Aggregate.Function.MAX;
    ColumnType type = argument.type();
    if (extreme ? !ExpressionTypes.isOrdered(type) : !type.isNumeric()) {
      problems.accept(
          at,
          "%s needs %s, but has %s"
              .formatted(
                  written,
                  extreme ? "values that have an order" : "a number",
                  Columns.describe(type)));
      return null;
    }
    return new Aggregate(name, function, argument, extreme ? type : result(function, type));
  }

  private static ColumnType result(Aggregate.Function function, ColumnType type) {
    boolean average = function == Aggregate.Function.AVG;
    if (type instanceof Decimal decimal) {
      int scale = average ? Math.max(decimal.scale(), 6) : decimal.scale();
      return new Decimal(Decimal.MAX_PRECISION, scale);
    }
    return !average && (type == Simple.INT || type == Simple.LONG)
        ? new Decimal(Decimal.MAX_PRECISION, 0)
        : Simple.DOUBLE;
  }
}
