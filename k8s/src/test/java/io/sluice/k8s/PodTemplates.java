package io.sluice.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The pod of a process, as the operator makes it of the common template and the process's own:
 * objects field by field, lists by the names of their entries.
 */
final class PodTemplates {
  private PodTemplates() {}

  /** The template of {@code jobManager} or {@code taskManager}, as a Pod. */
  static ObjectNode of(JsonNode deployment, String process) {
    ObjectNode pod = Manifests.YAML.createObjectNode().put("apiVersion", "v1").put("kind", "Pod");
    merge(pod, deployment.at("/spec/podTemplate"));
    merge(pod, deployment.at("/spec/" + process + "/podTemplate"));
    return pod;
  }

  private static void merge(ObjectNode target, JsonNode source) {
    source
        .fields()
        .forEachRemaining(
            field -> {
              JsonNode there = target.get(field.getKey());
              if (there instanceof ObjectNode object && field.getValue().isObject()) {
                merge(object, field.getValue());
              } else if (there instanceof ArrayNode array && field.getValue().isArray()) {
                mergeByName(array, field.getValue());
              } else {
                target.set(field.getKey(), field.getValue().deepCopy());
              }
            });
  }

  private static void mergeByName(ArrayNode target, JsonNode source) {
    for (JsonNode entry : source) {
      ObjectNode same = null;
      for (JsonNode there : target) {
        if (there.has("name") && there.get("name").equals(entry.get("name"))) {
          same = (ObjectNode) there;
        }
      }
      if (same == null) {
        target.add(entry.deepCopy());
      } else {
        merge(same, entry);
      }
    }
  }
}
