package io.sluice.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Kubernetes resources as trees. */
public final class Manifests {
  public static final YAMLMapper YAML = new YAMLMapper();

  /** The folder k8s, in which the tests run. */
  static final Path FOLDER = Path.of("").toAbsolutePath();

  public static final Path REPOSITORY = FOLDER.getParent();

  private Manifests() {}

  /** The resources of a text of one or more YAML documents. */
  public static List<ObjectNode> parse(String text) throws IOException {
    List<ObjectNode> resources = new ArrayList<>();
    try (MappingIterator<ObjectNode> documents =
        YAML.readerFor(ObjectNode.class).readValues(text)) {
      while (documents.hasNextValue()) {
        resources.add(documents.nextValue());
      }
    }
    return resources;
  }

  /** The one resource of a file below the folder k8s. */
  public static ObjectNode file(String name) throws IOException {
    List<ObjectNode> resources = parse(Files.readString(FOLDER.resolve(name)));
    if (resources.size() != 1) {
      throw new IOException(name + " holds " + resources.size() + " resources and not one.");
    }
    return resources.get(0);
  }

  public static String kind(JsonNode resource) {
    return resource.path("kind").asText();
  }

  public static String name(JsonNode resource) {
    return resource.at("/metadata/name").asText();
  }

  /** The fields of an object whose values are texts, in their order. */
  public static Map<String, String> texts(JsonNode object) {
    Map<String, String> texts = new LinkedHashMap<>();
    object.fields().forEachRemaining(field -> texts.put(field.getKey(), field.getValue().asText()));
    return texts;
  }

  /** The settings of a FlinkDeployment, as they stand in it. */
  public static Map<String, String> settings(JsonNode deployment) {
    return texts(deployment.at("/spec/flinkConfiguration"));
  }
}
