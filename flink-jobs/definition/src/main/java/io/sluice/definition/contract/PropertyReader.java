package io.sluice.definition.contract;

import io.sluice.definition.expression.Columns;
import io.sluice.definition.expression.Scope;
import io.sluice.definition.model.Column;
import io.sluice.definition.model.ColumnType;
import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.definition.model.Expectation.Action;
import io.sluice.definition.model.Expectation.Check;
import io.sluice.definition.yaml.Fields;
import io.sluice.definition.yaml.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads the properties (columns) of a contract's schema and turns their demands into rules. */
final class PropertyReader {
  private static final Set<String> KEYS =
      Set.of(
          ("id,name,physicalType,description,businessName,authoritativeDefinitions,tags,"
                  + "customProperties,primaryKey,primaryKeyPosition,logicalType,logicalTypeOptions,"
                  + "physicalName,required,unique,partitioned,partitionKeyPosition,classification,"
                  + "encryptedName,transformSourceObjects,transformLogic,transformDescription,"
                  + "examples,criticalDataElement,relationships,quality,properties,items")
              .split(","));
  private static final Map<String, String> LOGICAL_TYPES =
      Stream.of(
              "string",
              "date",
              "timestamp",
              "time",
              "number",
              "integer",
              "object",
              "array",
              "boolean")
          .collect(Collectors.toMap(name -> name, name -> name));

  private final Optional<AvroFile> avro;
  private final Rules rules;
  private final boolean datesAreMoments;
  private final Set<String> seen = new HashSet<>();
  private final TreeMap<Integer, String> positioned = new TreeMap<>();
  private final List<String> unpositioned = new ArrayList<>();

  /**
   * @param datesAreMoments whether the logical type date also stands for times and timestamps
   */
  PropertyReader(Optional<AvroFile> avro, Rules rules, boolean datesAreMoments) {
    this.avro = avro;
    this.rules = rules;
    this.datesAreMoments = datesAreMoments;
  }

  /** Reads one property and adds its rules. */
  void read(Value value) {
    Optional<Fields> fields = value.fields(KEYS);
    Optional<Value> nameValue = fields.flatMap(found -> found.required("name"));
    Optional<String> name = nameValue.flatMap(Value::text);
    if (name.isEmpty()) {
      return;
    }
    Fields property = fields.get();
    if (!seen.add(name.get())) {
      nameValue.get().problem("the property '" + name.get() + "' stands here a second time");
      return;
    }
    Optional<Column> column = avro.flatMap(file -> file.scope().find(name.get(), nameValue.get()));
    documentation(property);
    column.ifPresent(found -> types(property, found.type()));
    primaryKey(property, name.get());
    required(property, name.get());
    if (column.isPresent()) {
      property
          .optional("logicalTypeOptions")
          .ifPresent(options -> new OptionsReader(column.get(), rules).read(options));
      QualityReader quality = new QualityReader(column.get(), symbols(name.get()), rules);
      property
          .optional("quality")
          .flatMap(Value::items)
          .ifPresent(items -> items.forEach(quality::read));
    }
  }

  /** The columns of the primary key in the order of their positions. */
  List<String> primaryKey() {
    List<String> all = new ArrayList<>(positioned.values());
    all.addAll(unpositioned);
    return all;
  }

  private List<String> symbols(String column) {
    return avro.map(file -> file.symbols().getOrDefault(column, List.of())).orElse(List.of());
  }

  private static void documentation(Fields property) {
    property.optional("authoritativeDefinitions").ifPresent(OdcsShape.DEFINITIONS::check);
    property.optional("customProperties").ifPresent(OdcsShape.CUSTOM::check);
    property.optional("tags").ifPresent(OdcsShape.LIST::check);
    Optional<Value> unique = property.optional("unique");
    if (unique.flatMap(Value::bool).orElse(false)) {
      unique
          .get()
          .problem(
              "'unique' is not enforced by Sluice. Remove it; the pipeline's silver.<dataset>.deduplicate drops repeated records.");
    }
  }

  /** Compares the logical types of a property and of what it nests with the Avro types. */
  private void types(Fields property, ColumnType type) {
    Optional<Value> logical = property.optional("logicalType");
    Optional<String> name = logical.flatMap(value -> value.choice(LOGICAL_TYPES));
    boolean former =
        datesAreMoments
            && name.filter("date"::equals).isPresent()
            && List.of("time", "timestamp").contains(logicalTypes(type).get(0));
    if (name.isPresent() && !former && !logicalTypes(type).contains(name.get())) {
      logical
          .get()
          .problem(
              "'%s' does not agree with the Avro type %s. Allowed: %s."
                  .formatted(
                      name.get(), Columns.describe(type), String.join(", ", logicalTypes(type))));
    }
    property
        .optional("properties")
        .flatMap(Value::items)
        .ifPresent(items -> items.forEach(item -> nested(item, type)));
    property.optional("items").ifPresent(item -> item(item, type));
  }

  private void nested(Value value, ColumnType type) {
    if (!(type instanceof ColumnType.Struct struct)) {
      value.problem("only a record has properties, but this is " + Columns.describe(type));
      return;
    }
    Optional<Fields> fields = value.fields(KEYS);
    Optional<Value> name = fields.flatMap(found -> found.required("name"));
    name.flatMap(Value::text)
        .flatMap(text -> new Scope(struct.columns()).find(text, name.get()))
        .ifPresent(
            column -> {
              types(fields.get(), column.type());
              refuseRules(fields.get());
            });
  }

  private void item(Value value, ColumnType type) {
    if (!(type instanceof ColumnType.Array array)) {
      value.problem("only an array has items, but this is " + Columns.describe(type));
      return;
    }
    value
        .fields(KEYS)
        .ifPresent(
            fields -> {
              types(fields, array.element());
              refuseRules(fields);
            });
  }

  private static void refuseRules(Fields nested) {
    for (String key :
        List.of("required", "unique", "quality", "logicalTypeOptions", "primaryKey")) {
      nested
          .optional(key)
          .filter(value -> demands(key, value))
          .ifPresent(
              value ->
                  value.problem(
                      "'%s' inside a record or array is not enforced by Sluice. Remove it, or put the rule on a column."
                          .formatted(key)));
    }
  }

  private static boolean demands(String key, Value value) {
    return switch (key) {
      case "quality" ->
          value.items().stream().flatMap(List::stream).anyMatch(QualityReader::demands);
      case "logicalTypeOptions" -> OptionsReader.demands(value);
      default -> value.bool().orElse(false);
    };
  }

  private void primaryKey(Fields property, String name) {
    boolean key = property.optional("primaryKey").flatMap(Value::bool).orElse(false);
    Optional<Value> place = property.optional("primaryKeyPosition");
    Optional<Integer> position = place.flatMap(value -> value.integer(-1)).filter(at -> at != -1);
    if (!key) {
      position.ifPresent(
          at -> place.get().problem("a position needs 'primaryKey: true' beside it"));
    } else if (position.isEmpty()) {
      unpositioned.add(name);
    } else if (position.get() < 1) {
      place.get().problem("positions of a primary key start at 1");
    } else {
      String former = positioned.putIfAbsent(position.get(), name);
      if (former != null) {
        place.get().problem("the position %d is taken by '%s'".formatted(position.get(), former));
      }
    }
  }

  private void required(Fields property, String name) {
    Optional<Value> required = property.optional("required");
    if (required.flatMap(Value::bool).orElse(false)) {
      rules.add(required.get(), "required:" + name, name, new Check.Required(), Action.QUARANTINE);
    }
  }

  /** The logical types that a property of the Avro type may have, the natural one first. */
  static List<String> logicalTypes(ColumnType type) {
    if (type instanceof ColumnType.Decimal) {
      return List.of("number");
    }
    if (type instanceof ColumnType.Array) {
      return List.of("array");
    }
    if (!(type instanceof Simple simple)) {
      return List.of("object");
    }
    return switch (simple) {
      case BOOLEAN -> List.of("boolean");
      case INT, LONG -> List.of("integer", "number");
      case FLOAT, DOUBLE -> List.of("number");
      case STRING, BYTES -> List.of("string");
      case DATE -> List.of("date");
      case TIME_MILLIS, TIME_MICROS -> List.of("time");
      default -> List.of("timestamp");
    };
  }
}
