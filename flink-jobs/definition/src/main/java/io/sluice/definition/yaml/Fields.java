package io.sluice.definition.yaml;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The fields of a mapping whose keys are fixed. */
public final class Fields {
  private final Value mapping;
  private final Map<String, Value> fields;
  private final Set<String> misspelt;

  /**
   * @param misspelt the fields that unknown keys were probably meant to be; they are not reported
   *     as missing too
   */
  Fields(Value mapping, Map<String, Value> fields, Set<String> misspelt) {
    this.mapping = mapping;
    this.fields = fields;
    this.misspelt = misspelt;
  }

  /** The mapping itself, for problems that concern several of its fields. */
  public Value mapping() {
    return mapping;
  }

  /** Whether the key is there, or one that was probably meant to be it. */
  public boolean mentions(String key) {
    return fields.containsKey(key) || misspelt.contains(key);
  }

  public Set<String> names() {
    return fields.keySet();
  }

  public Optional<Value> optional(String key) {
    return Optional.ofNullable(fields.get(key));
  }

  /** The field; its absence is a problem. */
  public Optional<Value> required(String key) {
    if (!fields.containsKey(key) && !misspelt.contains(key)) {
      mapping.problem("the key '" + key + "' is missing");
    }
    return optional(key);
  }

  /** A required text that must be one of the expected ones. */
  public Optional<String> constant(String key, String... expected) {
    Optional<Value> value = required(key);
    Optional<String> text = value.flatMap(Value::text);
    if (text.isPresent() && !List.of(expected).contains(text.get())) {
      value
          .get()
          .problem(
              "'%s' is not known. Allowed: %s.".formatted(text.get(), String.join(", ", expected)));
    }
    return text;
  }
}
