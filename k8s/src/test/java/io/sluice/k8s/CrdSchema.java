package io.sluice.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Flink's resources against the operator's own schemas, in which unknown fields are errors. They
 * are those of operator 1.10, and what 1.15 adds is added here; its other difference, nested {@code
 * flinkConfiguration}, stays refused: it does not run on older operators.
 */
final class CrdSchema implements Check {
  private static final Map<String, String> FILES =
      Map.of(
          "FlinkDeployment", "flinkdeployments",
          "FlinkSessionJob", "flinksessionjobs",
          "FlinkStateSnapshot", "flinkstatesnapshots");

  private final Map<String, JsonSchema> schemas = new HashMap<>();

  @Override
  public List<String> problems(ObjectNode resource) {
    String kind = Manifests.kind(resource);
    if (!FILES.containsKey(kind)) {
      return List.of();
    }
    return schemas.computeIfAbsent(kind, CrdSchema::schema).validate(resource).stream()
        .map(ValidationMessage::getMessage)
        .sorted()
        .toList();
  }

  private static JsonSchema schema(String kind) {
    String file = "/META-INF/fabric8/" + FILES.get(kind) + ".flink.apache.org-v1.yml";
    try (InputStream stream = CrdSchema.class.getResourceAsStream(file)) {
      JsonNode definition = Manifests.YAML.readTree(stream);
      ObjectNode schema =
          (ObjectNode) definition.at("/spec/versions/0/schema/openAPIV3Schema").deepCopy();
      if (kind.equals("FlinkDeployment")) {
        addNewer(schema);
      }
      ObjectNode fields = (ObjectNode) schema.get("properties");
      fields.putObject("apiVersion").put("type", "string");
      fields.putObject("kind").put("type", "string");
      fields.putObject("metadata").put("type", "object");
      refuseUnknown(schema);
      return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(schema);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read.", e);
    }
  }

  private static void addNewer(ObjectNode schema) {
    ArrayNode versions = (ArrayNode) schema.at("/properties/spec/properties/flinkVersion/enum");
    List.of("v2_0", "v2_1", "v2_2").forEach(versions::add);
    ((ObjectNode) schema.at("/properties/spec/properties/job/properties"))
        .putObject("autoscalerResetNonce")
        .put("type", "integer");
  }

  private static void refuseUnknown(JsonNode node) {
    if (node instanceof ObjectNode object
        && object.path("type").asText().equals("object")
        && object.path("properties").isObject()
        && !object.has("x-kubernetes-preserve-unknown-fields")) {
      object.put("additionalProperties", false);
    }
    node.forEach(CrdSchema::refuseUnknown);
  }
}
