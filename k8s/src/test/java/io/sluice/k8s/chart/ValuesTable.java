package io.sluice.k8s.chart;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Rows of a table of values: those of a JSON schema, depth first, with their defaults. */
final class ValuesTable {
  private final JsonNode definitions;

  /**
   * @param definitions what the schema refers to by name
   */
  ValuesTable(JsonNode definitions) {
    this.definitions = definitions;
  }

  /**
   * A row for each value.
   *
   * @throws IllegalArgumentException if a value has no description, or no default in values.yaml,
   *     or if values.yaml has one that the schema does not know
   */
  String rows(JsonNode schema, JsonNode values) {
    StringBuilder rows = new StringBuilder();
    add("", schema, values, rows);
    return rows.toString();
  }

  /** A row for each value of an entry that the chart has not. */
  String ownRows(JsonNode entry, JsonNode ofChart) {
    StringBuilder rows = new StringBuilder();
    for (Map.Entry<String, JsonNode> property : entry.get("properties").properties()) {
      if (!ofChart.has(property.getKey())) {
        rows.append(row(property.getKey(), property.getValue(), ""));
      }
    }
    return rows.toString();
  }

  /** The names of values that have no others below them. */
  List<String> names(JsonNode schema) {
    List<String> names = new ArrayList<>();
    addNames("", schema, names);
    return names;
  }

  private void addNames(String path, JsonNode schema, List<String> names) {
    for (Map.Entry<String, JsonNode> property : schema.get("properties").properties()) {
      JsonNode value = resolved(property.getValue());
      if (value.has("properties")) {
        addNames(path + property.getKey() + ".", value, names);
      } else {
        names.add(path + property.getKey());
      }
    }
  }

  private void add(String path, JsonNode schema, JsonNode values, StringBuilder rows) {
    values
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!schema.get("properties").has(name)) {
                throw new IllegalArgumentException("The schema has no " + path + name + ".");
              }
            });
    for (Map.Entry<String, JsonNode> property : schema.get("properties").properties()) {
      String name = path + property.getKey();
      JsonNode value = resolved(property.getValue());
      if (value.has("properties") && !name.equals("podTemplate")) {
        rows.append("| **`%s`** | | | %s |\n".formatted(name, description(name, value)));
        add(name + ".", value, values.path(property.getKey()), rows);
      } else {
        rows.append(row(name, value, text(name, values.path(property.getKey()))));
      }
    }
  }

  private static String row(String name, JsonNode value, String otherwise) {
    return "| `%s` | %s | %s | %s |\n"
        .formatted(name, type(value), otherwise, description(name, value));
  }

  private JsonNode resolved(JsonNode value) {
    return value.has("$ref")
        ? definitions.get(value.get("$ref").asText().replace("#/definitions/", ""))
        : value;
  }

  private static String type(JsonNode value) {
    List<String> types = new ArrayList<>();
    if (value.has("enum")) {
      value.get("enum").forEach(each -> types.add("`" + each.asText() + "`"));
    } else if (value.get("type").isArray()) {
      types.add(value.at("/type/0").asText());
    } else if (value.has("items")) {
      types.add("list of " + value.at("/items/type").asText() + "s");
    } else if (value.path("additionalProperties").has("type")) {
      types.add("map of " + value.at("/additionalProperties/type").asText() + "s");
    } else {
      types.add(value.get("type").asText());
    }
    return String.join(", ", types);
  }

  private static String text(String name, JsonNode value) {
    if (name.equals("flinkConfiguration")) {
      return "below";
    }
    boolean none =
        value.isNull()
            || value.isMissingNode()
            || (value.isContainerNode() ? value.isEmpty() : value.asText().isEmpty());
    return none ? "" : "`" + value.toString().replace("\"", "") + "`";
  }

  private static String description(String name, JsonNode value) {
    if (!value.has("description")) {
      throw new IllegalArgumentException("The schema says nothing of " + name + ".");
    }
    return value.get("description").asText();
  }
}
