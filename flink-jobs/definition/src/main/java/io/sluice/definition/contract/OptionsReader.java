package io.sluice.definition.contract;

import io.sluice.definition.expression.Columns;
import io.sluice.definition.model.Column;
import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.definition.model.Expectation.Action;
import io.sluice.definition.model.Expectation.Check;
import io.sluice.definition.yaml.Fields;
import io.sluice.definition.yaml.Value;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads {@code logicalTypeOptions} of a property into rules. */
final class OptionsReader {
  private static final Set<String> NUMBER =
      Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum");
  private static final Set<String> STRING = Set.of("minLength", "maxLength", "pattern");
  private static final Set<String> NOT_ENFORCED =
      Set.of(
          "multipleOf",
          "minItems",
          "maxItems",
          "uniqueItems",
          "minProperties",
          "maxProperties",
          "required");

  /** They say how a value is written elsewhere, and demand nothing. */
  private static final Set<String> DOCUMENTATION = Set.of("format", "timezone", "defaultTimezone");

  private final Column column;
  private final Rules rules;

  OptionsReader(Column column, Rules rules) {
    this.column = column;
    this.rules = rules;
  }

  void read(Value options) {
    Set<String> known = new TreeSet<>(NUMBER);
    known.addAll(STRING);
    known.addAll(NOT_ENFORCED);
    known.addAll(DOCUMENTATION);
    options.fields(known).ifPresent(this::read);
  }

  private void read(Fields options) {
    Set<String> fitting = fitting();
    for (String key : options.names()) {
      Value value = options.required(key).orElseThrow();
      if (NOT_ENFORCED.contains(key) && !demandsNothing(key, value)) {
        value.problem("'" + key + "' is not enforced by Sluice. Remove it." + allowed(fitting));
      } else if (!NOT_ENFORCED.contains(key)
          && !DOCUMENTATION.contains(key)
          && !fitting.contains(key)) {
        value.problem(
            "'%s' does not fit '%s', which is %s.%s"
                .formatted(key, column.name(), Columns.describe(column.type()), allowed(fitting)));
      }
    }
    bounds(options, fitting);
    lengths(options, fitting);
    if (fitting.contains("pattern")) {
      options
          .optional("pattern")
          .ifPresent(
              value ->
                  pattern(value)
                      .ifPresent(regex -> add(value, "pattern", new Check.Pattern(regex))));
    }
  }

  /** Whether options, wherever they stand, ask for anything. */
  static boolean demands(Value options) {
    return options.entries().orElse(Map.of()).entrySet().stream()
        .filter(option -> !DOCUMENTATION.contains(option.getKey()))
        .anyMatch(
            option ->
                !NOT_ENFORCED.contains(option.getKey())
                    || !demandsNothing(option.getKey(), option.getValue()));
  }

  /** False, an empty list and a least number of 0 hold for every value. */
  private static boolean demandsNothing(String key, Value value) {
    return value.isFalse() || value.isEmpty() || key.startsWith("min") && value.isZero();
  }

  private Set<String> fitting() {
    if (column.type().isNumeric()) {
      return NUMBER;
    }
    return column.type() == Simple.STRING ? STRING : Set.of();
  }

  private static String allowed(Set<String> fitting) {
    return fitting.isEmpty()
        ? " No option is enforced for this type."
        : " Allowed: " + String.join(", ", new TreeSet<>(fitting)) + ".";
  }

  private void bounds(Fields options, Set<String> fitting) {
    if (fitting != NUMBER) {
      return;
    }
    Map<String, Optional<BigDecimal>> bounds =
        Map.of(
            "minimum", number(options, "minimum"),
            "exclusiveMinimum", number(options, "exclusiveMinimum"),
            "maximum", number(options, "maximum"),
            "exclusiveMaximum", number(options, "exclusiveMaximum"));
    for (String key : List.of("minimum", "exclusiveMinimum", "maximum", "exclusiveMaximum")) {
      boolean exclusive = key.startsWith("exclusive");
      boolean low = key.endsWith("inimum");
      bounds
          .get(key)
          .ifPresent(
              bound ->
                  add(
                      options.required(key).get(),
                      key,
                      low
                          ? new Check.Minimum(bound, exclusive)
                          : new Check.Maximum(bound, exclusive)));
    }
    for (String low : List.of("minimum", "exclusiveMinimum")) {
      for (String high : List.of("maximum", "exclusiveMaximum")) {
        int order =
            bounds.get(low).isPresent() && bounds.get(high).isPresent()
                ? bounds.get(low).get().compareTo(bounds.get(high).get())
                : -1;
        boolean empty = low.startsWith("ex") || high.startsWith("ex") ? order >= 0 : order > 0;
        if (empty) {
          options
              .required(low)
              .get()
              .problem("'%s' and '%s' leave no number that is valid".formatted(low, high));
        }
      }
    }
  }

  private static Optional<BigDecimal> number(Fields options, String key) {
    return options.optional(key).flatMap(Value::number);
  }

  private void lengths(Fields options, Set<String> fitting) {
    if (fitting != STRING) {
      return;
    }
    Optional<Integer> least = options.optional("minLength").flatMap(value -> value.integer(0));
    Optional<Integer> most = options.optional("maxLength").flatMap(value -> value.integer(0));
    least.ifPresent(
        length ->
            add(options.required("minLength").get(), "minLength", new Check.MinLength(length)));
    most.ifPresent(
        length ->
            add(options.required("maxLength").get(), "maxLength", new Check.MaxLength(length)));
    if (least.isPresent() && most.isPresent() && least.get() > most.get()) {
      options
          .required("minLength")
          .get()
          .problem("'minLength' and 'maxLength' leave no text that is valid");
    }
  }

  private void add(Value place, String constraint, Check check) {
    rules.add(place, constraint + ":" + column.name(), column.name(), check, Action.QUARANTINE);
  }

  /** A regular expression as {@link TextPattern} takes it. */
  static Optional<String> pattern(Value value) {
    Optional<String> regex = value.text();
    if (regex.isEmpty()) {
      return regex;
    }
    try {
      TextPattern.compile(regex.get());
      return regex;
    } catch (IllegalArgumentException e) {
      value.problem(e.getMessage());
      return Optional.empty();
    }
  }
}
