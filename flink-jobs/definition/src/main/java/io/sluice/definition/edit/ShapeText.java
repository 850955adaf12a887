package io.sluice.definition.edit;

import io.sluice.definition.model.Aggregate;
import io.sluice.definition.model.Column;
import io.sluice.definition.model.ColumnType;
import io.sluice.definition.model.Expression;
import io.sluice.definition.model.Expression.Call;
import io.sluice.definition.model.Expression.ColumnRef;
import io.sluice.definition.model.Expression.Literal;
import io.sluice.definition.model.Expression.Named;
import io.sluice.definition.model.Pipeline;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Canonical text of what one dataset's stateful parts compute. Derived columns are replaced by
 * their expressions: a view over {@code twice} computes something else when {@code twice} does.
 */
final class ShapeText {
  private final Map<String, Column> columns = new HashMap<>();
  private final Map<String, String> derived = new HashMap<>();

  ShapeText(Pipeline.Source source, Pipeline.Silver silver) {
    source.dataset().columns().forEach(column -> columns.put(column.name(), column));
    Pipeline.PROVENANCE.forEach(column -> columns.put(column.name(), column));
    for (Pipeline.Derivation derivation : silver.derive()) {
      derived.put(derivation.name(), expression(derivation.expression()));
      columns.put(
          derivation.name(), new Column(derivation.name(), derivation.expression().type(), true));
    }
  }

  /** Columns by name and type, as keys of state are made of them. */
  String columns(List<String> names) {
    return names.stream().map(this::column).collect(Collectors.joining(", "));
  }

  /** A column: its type and nullability are part of the state's layout. */
  private String column(String name) {
    Column column = columns.get(name);
    String meaning = derived.containsKey(name) ? " = " + derived.get(name) : "";
    return "%s%s (%s%s)"
        .formatted(name, meaning, type(column.type()), column.nullable() ? " or null" : "");
  }

  /** An aggregate and the types of what is kept of it. */
  String aggregate(Aggregate aggregate) {
    String argument = aggregate.optionalArgument().map(this::expression).orElse("");
    return "%s(%s) as %s%s"
        .formatted(
            aggregate.function().name().toLowerCase(Locale.ROOT),
            argument,
            type(aggregate.type()),
            aggregate.function() == Aggregate.Function.AVG ? sumOf(aggregate) : "");
  }

  /** An average is kept as a sum, whose scale is the argument's. */
  private static String sumOf(Aggregate aggregate) {
    return aggregate.argument().type() instanceof ColumnType.Decimal decimal
        ? " of scale " + decimal.scale()
        : "";
  }

  private String expression(Expression expression) {
    if (expression instanceof ColumnRef column) {
      return derived.getOrDefault(column.name(), column.name());
    }
    if (expression instanceof Literal literal) {
      return literal.value() instanceof String text
          ? "'" + text.replace("'", "''") + "'"
          : String.valueOf(literal.value());
    }
    if (expression instanceof Named named) {
      return call(named.function().symbol(), named.arguments());
    }
    Call call = (Call) expression;
    return call(call.function().symbol(), call.arguments());
  }

  private String call(String symbol, List<Expression> arguments) {
    return arguments.stream()
        .map(this::expression)
        .collect(Collectors.joining(", ", symbol + "(", ")"));
  }

  private static String type(ColumnType type) {
    return type.toString().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** A duration as a pipeline file writes it: {@code 90s}, {@code 5m}. */
  static String duration(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 86_400_000 == 0 && millis > 0) {
      return millis / 86_400_000 + "d";
    }
    if (millis % 3_600_000 == 0 && millis > 0) {
      return millis / 3_600_000 + "h";
    }
    if (millis % 60_000 == 0 && millis > 0) {
      return millis / 60_000 + "m";
    }
    return millis % 1_000 == 0 ? millis / 1_000 + "s" : millis + "ms";
  }
}
