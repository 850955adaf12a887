package io.sluice.definition.contract;

import io.sluice.definition.expression.Columns;
import io.sluice.definition.model.Column;
import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.definition.model.Expectation.Action;
import io.sluice.definition.model.Expectation.Check;
import io.sluice.definition.yaml.Fields;
import io.sluice.definition.yaml.Nearest;
import io.sluice.definition.yaml.Value;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads the {@code quality} rules of a property. */
final class QualityReader {
  private static final Set<String> OPERATORS =
      Set.of(
          "mustBe",
          "mustNotBe",
          "mustBeGreaterThan",
          "mustBeGreaterOrEqualTo",
          "mustBeLessThan",
          "mustBeLessOrEqualTo",
          "mustBeBetween",
          "mustNotBeBetween");
  private static final Set<String> KEYS = keys();
  private static final Map<String, Action> SEVERITIES =
      Map.of("error", Action.QUARANTINE, "warning", Action.WARN, "info", Action.COUNT);
  private static final Set<String> METRICS = Set.of("invalidValues", "nullValues", "missingValues");
  private static final Set<String> TABLE_METRICS = Set.of("duplicateValues", "rowCount");

  /** Rules of ODCS 3.0 that are written otherwise since. */
  private static final Map<String, String> FORMER_METRICS =
      Map.of(
          "nullCheck", "'metric: nullValues' with 'mustBe: 0'",
          "validValues",
              "'metric: invalidValues' with 'mustBe: 0' and 'arguments: {validValues: [...]}'",
          "duplicateCount",
              "'metric: duplicateValues', which Sluice does not enforce, since it looks at one record at a time",
          "uniqueCheck",
              "'metric: duplicateValues', which Sluice does not enforce, since it looks at one record at a time");

  private final Column column;
  private final List<String> symbols;
  private final Rules rules;

  /**
   * @param symbols of the column's enum type, empty for another type
   */
  QualityReader(Column column, List<String> symbols, Rules rules) {
    this.column = column;
    this.symbols = symbols;
    this.rules = rules;
  }

  /** A rule of the schema as a whole: nothing but a text for people is accepted. */
  static void refuseOnTable(Value value) {
    value
        .fields(KEYS)
        .filter(rule -> !isText(rule))
        .ifPresent(
            rule ->
                value.problem(
                    "a rule on the whole table is not enforced by Sluice, which looks at one record at a time. Remove it, or put a rule on a column."));
  }

  /** Whether a rule asks for anything; a text for people does not. */
  static boolean demands(Value value) {
    return value.fields(KEYS).filter(rule -> !isText(rule)).isPresent();
  }

  void read(Value value) {
    Optional<Fields> fields = value.fields(KEYS);
    if (fields.isEmpty() || isText(fields.get())) {
      return;
    }
    Fields rule = fields.get();
    if (!isLibrary(rule)) {
      return;
    }
    Optional<Value> metricValue = metric(rule);
    Optional<String> metric =
        metricValue.flatMap(Value::text).filter(m -> known(m, metricValue.get()));
    zero(rule);
    Action action = action(rule);
    Optional<String> name = rule.optional("name").flatMap(Value::text);
    if (metric.isEmpty()) {
      return;
    }
    Optional<Check> check =
        metric.get().equals("invalidValues") ? invalidValues(rule) : noNulls(rule);
    check.ifPresent(
        found ->
            rules.add(
                value,
                name.orElse(metric.get() + ":" + column.name()),
                column.name(),
                found,
                action));
  }

  private static boolean isText(Fields rule) {
    return rule.optional("type").flatMap(Value::spelling).filter("text"::equals).isPresent();
  }

  private static boolean isLibrary(Fields rule) {
    Optional<Value> type = rule.optional("type");
    if (type.isEmpty()) {
      return true;
    }
    Optional<String> name =
        type.get()
            .choice(Map.of("library", "library", "sql", "sql", "custom", "custom", "text", "text"));
    if (name.isPresent() && !name.get().equals("library")) {
      type.get()
          .problem(
              "a rule of type '%s' is not enforced by Sluice. Remove it, or use a metric: %s."
                  .formatted(name.get(), String.join(", ", new TreeSet<>(METRICS))));
    }
    return name.filter("library"::equals).isPresent();
  }

  /** The metric, which bore the name {@code rule} before ODCS 3.1. */
  private static Optional<Value> metric(Fields rule) {
    Optional<Value> former = rule.optional("rule");
    Optional<Value> metric = rule.optional("metric");
    if (former.isPresent() && metric.isPresent()) {
      former.get().key().problem("'rule' is the former name of 'metric'. Keep one of them.");
    }
    return former.isPresent() && metric.isEmpty() ? former : rule.required("metric");
  }

  private static boolean known(String metric, Value place) {
    if (METRICS.contains(metric)) {
      return true;
    }
    String what =
        TABLE_METRICS.contains(metric)
            ? "the metric '%s' is not enforced by Sluice, which looks at one record at a time. Remove it or use another."
            : "unknown metric '%s'.";
    String remedy =
        FORMER_METRICS.containsKey(metric)
            ? " Since ODCS 3.1 it is " + FORMER_METRICS.get(metric) + "."
            : Nearest.allowed(metric, METRICS);
    place.problem(what.formatted(metric) + remedy);
    return false;
  }

  /** Only "no such value at all" can be decided for one record. */
  private static void zero(Fields rule) {
    for (String operator : new TreeSet<>(OPERATORS)) {
      Optional<Value> value = rule.optional(operator);
      if (value.isPresent() && !operator.equals("mustBe")) {
        value
            .get()
            .problem(
                "'%s' is not enforced by Sluice, which decides for each record. Use 'mustBe: 0'."
                    .formatted(operator));
        return;
      }
    }
    Optional<Value> mustBe = rule.required("mustBe");
    mustBe
        .flatMap(Value::number)
        .filter(number -> number.signum() != 0)
        .ifPresent(
            number ->
                mustBe
                    .get()
                    .problem(
                        "must be 0, since each record is decided on its own, but is " + number));
  }

  private static Action action(Fields rule) {
    Optional<Action> severity =
        rule.optional("severity").flatMap(value -> value.choice(SEVERITIES));
    Optional<Action> custom =
        rule.optional("customProperties")
            .flatMap(Value::items)
            .flatMap(items -> items.stream().flatMap(item -> custom(item).stream()).findFirst());
    return custom.or(() -> severity).orElse(Action.QUARANTINE);
  }

  private static Optional<Action> custom(Value value) {
    Optional<Fields> fields = value.fields("id", "property", "value", "description");
    Optional<Value> property = fields.flatMap(found -> found.required("property"));
    Optional<String> name = property.flatMap(Value::text);
    Optional<Value> setting = fields.flatMap(found -> found.required("value"));
    if (name.isEmpty() || !name.get().startsWith("sluice")) {
      return Optional.empty();
    }
    if (!name.get().equals("sluice.action")) {
      property
          .get()
          .problem(
              "unknown custom property '%s'.%s"
                  .formatted(name.get(), Nearest.allowed(name.get(), Set.of("sluice.action"))));
      return Optional.empty();
    }
    return setting.flatMap(found -> found.choice(Map.of("fail", Action.FAIL)));
  }

  private Optional<Check> noNulls(Fields rule) {
    Optional<Value> arguments = rule.optional("arguments");
    Optional<Fields> fields = arguments.flatMap(value -> value.fields("missingValues"));
    fields
        .flatMap(found -> found.optional("missingValues"))
        .flatMap(Value::items)
        .ifPresent(
            items ->
                items.stream()
                    .filter(item -> !item.isNull())
                    .forEach(
                        item ->
                            item.problem(
                                "only null counts as missing in Sluice. Remove "
                                    + item.describe()
                                    + ".")));
    return Optional.of(new Check.Required());
  }

  private Optional<Check> invalidValues(Fields rule) {
    Optional<Fields> arguments =
        rule.required("arguments").flatMap(value -> value.fields("validValues", "pattern"));
    if (arguments.isEmpty()) {
      return Optional.empty();
    }
    Optional<Value> values = arguments.get().optional("validValues");
    Optional<Value> pattern = arguments.get().optional("pattern");
    boolean one = arguments.get().mentions("validValues") != arguments.get().mentions("pattern");
    if (!one) {
      arguments
          .get()
          .mapping()
          .problem(
              "exactly one of 'validValues' and 'pattern' is needed; write two rules for both");
      return Optional.empty();
    }
    return values.isPresent() ? validValues(values.get()) : pattern.flatMap(this::pattern);
  }

  private Optional<Check> pattern(Value value) {
    if (column.type() != Simple.STRING) {
      value.problem(
          "a pattern needs a string, but '%s' is %s"
              .formatted(column.name(), Columns.describe(column.type())));
      return Optional.empty();
    }
    return OptionsReader.pattern(value).map(Check.Pattern::new);
  }

  private Optional<Check> validValues(Value value) {
    boolean fits =
        column.type() == Simple.STRING
            || column.type() == Simple.INT
            || column.type() == Simple.LONG
            || column.type() == Simple.BOOLEAN;
    if (!fits) {
      value.problem(
          "validValues needs a string, integer or boolean, but '%s' is %s"
              .formatted(column.name(), Columns.describe(column.type())));
      return Optional.empty();
    }
    Optional<List<Value>> items = value.items();
    Set<String> values = new LinkedHashSet<>();
    items.ifPresent(found -> found.forEach(item -> addValid(item, values)));
    if (items.isPresent() && items.get().isEmpty()) {
      value.problem("must hold at least one value");
    }
    return values.isEmpty() ? Optional.empty() : Optional.of(new Check.ValidValues(values));
  }

  private void addValid(Value item, Set<String> values) {
    if (column.type() == Simple.BOOLEAN) {
      item.bool().ifPresent(bool -> values.add(bool.toString()));
    } else if (column.type() != Simple.STRING) {
      item.spelling()
          .ifPresent(
              text -> {
                if (text.matches("0|-?[1-9]\\d{0,18}")) {
                  values.add(text);
                } else {
                  item.problem("must be a whole number, but is " + item.describe());
                }
              });
    } else {
      item.spelling().filter(text -> isSymbol(text, item)).ifPresent(values::add);
    }
  }

  private boolean isSymbol(String text, Value item) {
    if (!symbols.isEmpty() && !symbols.contains(text)) {
      item.problem(
          "'%s' is not a symbol of the enum '%s'.%s"
              .formatted(text, column.name(), Nearest.allowed(text, symbols)));
      return false;
    }
    return true;
  }

  private static Set<String> keys() {
    Set<String> keys =
        new TreeSet<>(
            List.of(
                ("id,authoritativeDefinitions,businessImpact,customProperties,description,dimension,"
                        + "method,name,rule,schedule,scheduler,severity,tags,type,unit,metric,arguments,"
                        + "query,engine,implementation")
                    .split(",")));
    keys.addAll(OPERATORS);
    return keys;
  }
}
