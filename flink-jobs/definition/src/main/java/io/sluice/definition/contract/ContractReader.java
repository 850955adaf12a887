package io.sluice.definition.contract;

import io.sluice.definition.expression.Columns;
import io.sluice.definition.model.Column;
import io.sluice.definition.model.Contract;
import io.sluice.definition.model.Expectation.Action;
import io.sluice.definition.model.Expectation.Check;
import io.sluice.definition.yaml.Fields;
import io.sluice.definition.yaml.Nearest;
import io.sluice.definition.yaml.Problems;
import io.sluice.definition.yaml.Value;
import io.sluice.definition.yaml.YamlFile;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads a contract: an Open Data Contract Standard document, v3.1.0 or v3.0.x. What it demands must
 * be something that is enforced on every record; a demand that would not be is a problem, not a
 * comment.
 */
public final class ContractReader {
  private static final String SCHEMA_KEYS =
      "id,name,physicalType,description,businessName,authoritativeDefinitions,tags,customProperties,"
          + "logicalType,physicalName,dataGranularityDescription,properties,relationships,quality";
  private static final Set<String> SLA_KEYS =
      Set.of(
          "id",
          "property",
          "value",
          "valueExt",
          "unit",
          "element",
          "driver",
          "description",
          "scheduler",
          "schedule");
  private static final Map<String, Duration> UNITS = units();

  private final String dataset;
  private final Optional<AvroFile> avro;
  private final Rules rules = new Rules();

  /** Before ODCS 3.1 the logical type date was that of times and timestamps, too. */
  private boolean datesAreMoments;

  private ContractReader(String dataset, Optional<AvroFile> avro) {
    this.dataset = dataset;
    this.avro = avro;
  }

  /**
   * The contract, possibly incomplete when problems were added.
   *
   * @param avro empty when the schema could not be read, which leaves columns unchecked
   */
  public static Optional<Contract> read(
      Path path, String dataset, Optional<AvroFile> avro, Problems problems) {
    return YamlFile.read(path, problems)
        .flatMap(root -> new ContractReader(dataset, avro).contract(root));
  }

  private Optional<Contract> contract(Value root) {
    Set<String> keys = new TreeSet<>(OdcsShape.DOCUMENTATION.keySet());
    keys.addAll(
        List.of(
            "apiVersion",
            "kind",
            "id",
            "name",
            "version",
            "status",
            "schema",
            "slaProperties",
            "slaDefaultElement"));
    Optional<Fields> fields = root.fields(keys);
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    Fields document = fields.get();
    OdcsShape.DOCUMENTATION.forEach((key, shape) -> document.optional(key).ifPresent(shape::check));
    document
        .constant("apiVersion", "v3.1.0", "v3.0.2", "v3.0.1", "v3.0.0")
        .ifPresent(version -> datesAreMoments = version.startsWith("v3.0."));
    document.constant("kind", "DataContract");
    Optional<String> id = document.required("id").flatMap(Value::text);
    Optional<String> version = document.required("version").flatMap(Value::text);
    document.required("status").ifPresent(Value::text);
    document.optional("name").ifPresent(Value::text);
    List<String> primaryKey = document.required("schema").flatMap(this::schema).orElse(List.of());
    document
        .optional("slaProperties")
        .flatMap(Value::items)
        .ifPresent(items -> items.forEach(item -> serviceLevel(item, document)));
    return Optional.of(
        new Contract(id.orElse(""), version.orElse(""), primaryKey, rules.inOrder()));
  }

  private Optional<List<String>> schema(Value value) {
    Optional<List<Value>> schemas = value.items();
    if (schemas.isEmpty()) {
      return Optional.empty();
    }
    if (schemas.get().size() != 1) {
      value.problem(
          "must hold one schema, that of '%s', but holds %d"
              .formatted(dataset, schemas.get().size()));
    }
    return schemas.get().stream().findFirst().flatMap(this::table);
  }

  private Optional<List<String>> table(Value value) {
    Optional<Fields> fields = value.fields(SCHEMA_KEYS.split(","));
    if (fields.isEmpty()) {
      return Optional.empty();
    }
    Optional<Value> name = fields.get().required("name");
    name.flatMap(Value::text)
        .filter(text -> !text.equals(dataset))
        .ifPresent(
            text ->
                name.get()
                    .problem(
                        "the schema must bear the dataset's name '%s', which is the name of the file, but is '%s'"
                            .formatted(dataset, text)));
    fields.get().optional("logicalType").ifPresent(type -> type.choice(Map.of("object", "object")));
    fields
        .get()
        .optional("quality")
        .flatMap(Value::items)
        .ifPresent(items -> items.forEach(QualityReader::refuseOnTable));
    PropertyReader reader = new PropertyReader(avro, rules, datesAreMoments);
    fields
        .get()
        .optional("properties")
        .flatMap(Value::items)
        .ifPresent(items -> items.forEach(reader::read));
    return Optional.of(reader.primaryKey());
  }

  private void serviceLevel(Value value, Fields document) {
    Optional<Fields> fields = value.fields(SLA_KEYS);
    if (fields.isEmpty()) {
      return;
    }
    Fields level = fields.get();
    Optional<String> property = level.required("property").flatMap(Value::text);
    Optional<Value> amount = level.required("value");
    if (property.isEmpty()) {
      return;
    }
    if (!property.get().equals("freshness")) {
      // Other service levels are statements to people; but a slip must not pass as one.
      if (Nearest.of(property.get(), Set.of("freshness")).isPresent()) {
        level
            .required("property")
            .get()
            .problem("unknown property '%s'. Did you mean 'freshness'?".formatted(property.get()));
      }
      return;
    }
    Optional<Duration> age = amount.flatMap(found -> age(found, level));
    Optional<Value> element =
        level.optional("element").or(() -> document.optional("slaDefaultElement"));
    if (element.isEmpty()) {
      value.problem("freshness needs 'element: %s.<column>'".formatted(dataset));
    }
    List<String> columns = element.map(this::elements).orElse(List.of());
    if (age.isPresent()) {
      for (String column : columns) {
        rules.add(
            value,
            "freshness:" + column,
            column,
            new Check.Freshness(age.get()),
            Action.QUARANTINE);
      }
    }
  }

  private static Optional<Duration> age(Value amount, Fields level) {
    Optional<BigDecimal> number = amount.number();
    Optional<Duration> unit = level.required("unit").flatMap(value -> value.choice(UNITS));
    if (number.isEmpty() || unit.isEmpty()) {
      return Optional.empty();
    }
    BigDecimal millis = number.get().multiply(BigDecimal.valueOf(unit.get().toMillis()));
    if (millis.signum() <= 0 || millis.compareTo(BigDecimal.valueOf(Long.MAX_VALUE / 1000)) > 0) {
      amount.problem("must be more than 0 and less than 200000 years");
      return Optional.empty();
    }
    return Optional.of(Duration.ofMillis(millis.longValue()));
  }

  /** The columns that a service level is about; each must be an instant. */
  private List<String> elements(Value element) {
    List<String> columns = new ArrayList<>();
    for (String part : element.text().map(text -> text.split(",")).orElse(new String[0])) {
      String name = part.trim();
      if (!name.startsWith(dataset + ".")) {
        element.problem("'%s' must be written as %s.<column>".formatted(name, dataset));
        continue;
      }
      String column = name.substring(dataset.length() + 1);
      Optional<Column> found = avro.flatMap(file -> file.scope().find(column, element));
      if (found.isPresent() && !found.get().type().isInstant()) {
        element.problem(
            "freshness needs a timestamp, but '%s' is %s"
                .formatted(column, Columns.describe(found.get().type())));
      } else if (found.isPresent()) {
        columns.add(column);
      }
    }
    return columns;
  }

  private static Map<String, Duration> units() {
    Map<String, Duration> units = new TreeMap<>();
    Map<String, Duration> words =
        Map.of(
            "s,sec,second,seconds", Duration.ofSeconds(1),
            "m,min,minute,minutes", Duration.ofMinutes(1),
            "h,hr,hour,hours", Duration.ofHours(1),
            "d,day,days", Duration.ofDays(1));
    words.forEach(
        (names, length) -> {
          for (String name : names.split(",")) {
            units.put(name, length);
          }
        });
    return units;
  }
}
