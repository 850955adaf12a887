package io.sluice.definition.contract;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.definition.yaml.NameList;
import io.sluice.definition.yaml.Nearest;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/**
 * Finds keys of a schema file that mean something to Avro in another place and are ignored where
 * they stand, such as a logical type beside the type. Keys that mean nothing to Avro are comments.
 */
final class AvroKeys {
  /** Keys of types. */
  private static final Set<String> OF_TYPES =
      Set.of("logicalType", "precision", "scale", "items", "symbols", "values", "size", "fields");

  /** Which of them each type has. */
  private static final Map<String, Set<String>> BY_TYPE =
      Map.of(
          "record", Set.of("fields", "logicalType"),
          "error", Set.of("fields", "logicalType"),
          "enum", Set.of("symbols", "logicalType"),
          "array", Set.of("items", "logicalType"),
          "map", Set.of("values", "logicalType"),
          "fixed", Set.of("size", "logicalType", "precision", "scale"),
          "bytes", Set.of("logicalType", "precision", "scale"));

  private static final Set<String> PRIMITIVE =
      Set.of("null", "boolean", "int", "long", "float", "double", "string");

  /** Keys whose slips, in a field or in a type, would change what it is. */
  private static final Set<String> IN_A_FIELD = Set.of("default", "aliases", "logicalType");

  private static final Set<String> IN_A_TYPE = Set.of("logicalType", "precision", "scale");

  private final BiConsumer<String, String> problems;

  private AvroKeys(BiConsumer<String, String> problems) {
    this.problems = problems;
  }

  /**
   * Looks through a schema that Avro accepts.
   *
   * @param problems takes the path of field names, joined by dots, and what is wrong there
   */
  static void check(JsonNode schema, BiConsumer<String, String> problems) {
    new AvroKeys(problems).type(schema, "");
  }

  private void type(JsonNode type, String path) {
    if (type.isArray()) {
      type.forEach(branch -> type(branch, path));
    } else if (type.isObject()) {
      keysOfType(type, path);
      type(type.path("type"), path);
      type(type.path("items"), path);
      type(type.path("values"), path);
      for (JsonNode field : type.path("fields")) {
        field(field, path.isEmpty() ? name(field) : path + "." + name(field));
      }
    }
  }

  private static String name(JsonNode field) {
    return field.path("name").asText();
  }

  private void keysOfType(JsonNode type, String path) {
    String name = type.path("type").asText();
    Set<String> fitting =
        BY_TYPE.getOrDefault(name, PRIMITIVE.contains(name) ? Set.of("logicalType") : Set.of());
    boolean decimal = type.path("logicalType").asText().equals("decimal");
    for (String key : keys(type)) {
      if (OF_TYPES.contains(key) && !fitting.contains(key)) {
        problems.accept(
            path,
            "'%s' says nothing in the type '%s', where Avro ignores it. Remove it, or use the type that has it."
                .formatted(key, name.isEmpty() ? "of a type" : name));
      } else if (!decimal && (key.equals("precision") || key.equals("scale"))) {
        problems.accept(
            path,
            "'%s' says nothing without \"logicalType\": \"decimal\" beside it, and Avro ignores it. Add the logical type, or remove '%s'."
                .formatted(key, key));
      } else {
        slip(key, IN_A_TYPE, path);
      }
    }
  }

  private void field(JsonNode field, String path) {
    Set<String> misplaced = new LinkedHashSet<>();
    for (String key : keys(field)) {
      if (OF_TYPES.contains(key)) {
        misplaced.add(key);
      } else {
        slip(key, IN_A_FIELD, path);
      }
    }
    if (!misplaced.isEmpty()) {
      misplaced(field, misplaced, path);
    }
    type(field.path("type"), path);
  }

  private void misplaced(JsonNode field, Set<String> keys, String path) {
    String moved =
        keys.stream()
            .map(key -> ", \"%s\": %s".formatted(key, shortened(field.get(key))))
            .collect(Collectors.joining());
    problems.accept(
        path,
        "%s beside the type, where Avro ignores %s. Write \"type\": {\"type\": %s%s}."
            .formatted(
                NameList.of(keys.stream().map(key -> "'" + key + "'").toList())
                    + (keys.size() == 1 ? " stands" : " stand"),
                keys.size() == 1 ? "it" : "them",
                shortened(field.path("type")),
                moved));
  }

  private void slip(String key, Set<String> meant, String path) {
    if (!meant.contains(key)) {
      Nearest.of(key, meant)
          .ifPresent(
              other ->
                  problems.accept(
                      path,
                      "unknown key '%s', which Avro ignores. Did you mean '%s'?"
                          .formatted(key, other)));
    }
  }

  private static Set<String> keys(JsonNode object) {
    Set<String> keys = new LinkedHashSet<>();
    object.fieldNames().forEachRemaining(keys::add);
    return keys;
  }

  private static String shortened(JsonNode json) {
    return json.isValueNode() ? json.toString() : "...";
  }
}
