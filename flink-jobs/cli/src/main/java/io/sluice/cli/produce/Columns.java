package io.sluice.cli.produce;

import io.sluice.definition.yaml.NameList;
import io.sluice.definition.yaml.Nearest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.avro.LogicalType;
import org.apache.avro.Schema;

/** Which column of an input goes to which field of the schema, and how its values are written. */
final class Columns {
  private final Schema schema;
  private final ReadOptions options;
  private final List<String> fieldNames;
  private final TextStyle[] styles;

  /**
   * @throws IllegalArgumentException if the options name a field that is unknown or does not fit
   */
  Columns(Schema schema, ReadOptions options) {
    this.schema = schema;
    this.options = options;
    this.fieldNames = schema.getFields().stream().map(Schema.Field::name).toList();
    this.styles = new TextStyle[fieldNames.size()];
    checkMapping();
    for (String name : options.formats().keySet()) {
      checkFormat(name);
    }
    for (Schema.Field field : schema.getFields()) {
      styles[field.pos()] = options.style().with(options.formats().get(field.name()));
    }
  }

  private void checkMapping() {
    Map<String, String> columnOf = new HashMap<>();
    options
        .fields()
        .forEach(
            (column, field) -> {
              requireField("--map " + column + "=" + field, field);
              String other = columnOf.put(field, column);
              if (other != null) {
                throw new IllegalArgumentException(
                    "--map names the field %s for two columns: %s and %s."
                        .formatted(field, other, column));
              }
            });
  }

  private void checkFormat(String name) {
    requireField("--format " + name, name);
    LogicalType type = timeType(schema.getField(name).schema());
    if (type == null) {
      List<String> times =
          schema.getFields().stream()
              .filter(field -> timeType(field.schema()) != null)
              .map(Schema.Field::name)
              .toList();
      throw new IllegalArgumentException(
          "--format %s: the field is neither a date nor a time (those are: %s)."
              .formatted(name, NameList.orNone(times)));
    }
    if (!TextTimes.fits(type, options.formats().get(name))) {
      throw new IllegalArgumentException(
          "--format %s: the pattern %s does not give a %s. Its letters: yyyy year, M month, d day, H hour 0 to 23, h hour 1 to 12 (with a for AM and PM), m minute, s second, S fraction, XXX offset."
              .formatted(name, options.formats().get(name).pattern(), type.getName()));
    }
  }

  private void requireField(String option, String field) {
    if (!fieldNames.contains(field)) {
      throw new IllegalArgumentException(
          "%s: the schema of %s has no field %s.%s"
              .formatted(option, schema.getName(), field, didYouMean(field, fieldNames)));
    }
  }

  /** The date or time type of a field or of what is nested in it, or null. */
  private static LogicalType timeType(Schema schema) {
    LogicalType type = schema.getLogicalType();
    List<Schema> nested =
        switch (schema.getType()) {
          case UNION -> schema.getTypes();
          case ARRAY -> List.of(schema.getElementType());
          case MAP -> List.of(schema.getValueType());
          case RECORD -> schema.getFields().stream().map(Schema.Field::schema).toList();
          default -> List.of();
        };
    return type != null && TextTimes.covers(type)
        ? type
        : nested.stream().map(Columns::timeType).filter(Objects::nonNull).findFirst().orElse(null);
  }

  Schema schema() {
    return schema;
  }

  /** The field of a column; null when the schema has none. */
  Schema.Field field(String column) {
    return schema.getField(options.fields().getOrDefault(column, column));
  }

  /** The names of columns that are to go to fields of other names. */
  Collection<String> renamed() {
    return options.fields().keySet();
  }

  /** How the values of a field are written. */
  TextStyle style(Schema.Field field) {
    return styles[field.pos()];
  }

  /** The fields that every record must bring and that none of the columns goes to. */
  List<String> missing(List<String> columns) {
    List<String> missing = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      if (Fields.isMandatory(field) && columns.stream().noneMatch(name -> field == field(name))) {
        missing.add(field.name());
      }
    }
    return missing;
  }

  /** An unknown column with the field that was perhaps meant. */
  String unknown(String column) {
    return "the column %s is not in the schema of %s and is left out.%s"
        .formatted(column, schema.getName(), didYouMean(column, fieldNames));
  }

  static String didYouMean(String word, Collection<String> candidates) {
    return Nearest.hint(word, candidates);
  }
}
