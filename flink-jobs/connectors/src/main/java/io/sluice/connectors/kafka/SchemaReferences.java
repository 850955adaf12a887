package io.sluice.connectors.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Gathers what one answer of a registry refers to: schemas that stand under subjects of their own
 * and may refer to others in turn. The registry is not trusted with an end of that.
 */
final class SchemaReferences {
  static final int MAX_SCHEMAS = 100;
  static final int MAX_DEPTH = 20;

  /** Of all texts together. */
  static final int MAX_CHARACTERS = 1 << 20;

  private static final String AVRO = "AVRO";

  /** Asks the registry for the answer under a subject and version. */
  @FunctionalInterface
  interface Versions {
    /**
     * @throws UnreadableSchemaException if the registry says that there is none
     */
    JsonNode get(String subject, int version) throws IOException, UnreadableSchemaException;
  }

  private final Versions versions;

  /** In the order in which they can be parsed; a text that two subjects have stands once. */
  private final Set<String> texts = new LinkedHashSet<>();

  private long characters;
  private final Set<String> done = new HashSet<>();
  private final Set<String> open = new HashSet<>();

  private SchemaReferences(Versions versions) {
    this.versions = versions;
  }

  /**
   * The texts of all schemas that an answer needs, each behind those that it refers to; its own
   * comes last.
   *
   * @throws IOException when the registry cannot be asked
   */
  static List<String> texts(JsonNode answer, Versions versions)
      throws IOException, UnreadableSchemaException {
    SchemaReferences references = new SchemaReferences(versions);
    references.add(answer, "it");
    return new ArrayList<>(references.texts);
  }

  private void add(JsonNode answer, String what) throws IOException, UnreadableSchemaException {
    String type = answer.path("schemaType").asText(AVRO);
    if (!AVRO.equalsIgnoreCase(type)) {
      throw new UnreadableSchemaException(
          what + " is a schema of type " + type + ", and only Avro is read");
    }
    for (JsonNode reference : answer.path("references")) {
      follow(reference);
    }
    String text = answer.path("schema").asText();
    if (texts.add(text)) {
      characters += text.length();
    }
    if (characters > MAX_CHARACTERS) {
      throw new UnreadableSchemaException(
          "it has more than %,d characters, with what it refers to".formatted(MAX_CHARACTERS));
    }
  }

  private void follow(JsonNode reference) throws IOException, UnreadableSchemaException {
    String subject = reference.path("subject").asText();
    int version = reference.path("version").asInt();
    String name =
        "its reference '%s' (subject '%s', version %d)"
            .formatted(reference.path("name").asText(), subject, version);
    String key = version + " " + subject;
    if (open.contains(key)) {
      throw new UnreadableSchemaException(name + " refers to itself, by way of others or directly");
    }
    if (done.contains(key)) {
      return;
    }
    if (open.size() >= MAX_DEPTH || done.size() + open.size() >= MAX_SCHEMAS) {
      throw new UnreadableSchemaException(
          "it refers to more than %d schemas, or more than %d deep"
              .formatted(MAX_SCHEMAS, MAX_DEPTH));
    }
    open.add(key);
    add(versions.get(subject, version), name);
    open.remove(key);
    done.add(key);
  }
}
