package io.sluice.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The pod of a process, as the operator makes it of the common template and the process's own:
 * objects field by field, lists by the names of their entries, and lists whose entries have none by
 * position.
 */
public final class PodTemplates {
  private PodTemplates() {}

  /** The template of {@code jobManager} or {@code taskManager}, as a Pod. */
  public static ObjectNode of(JsonNode deployment, String process) {
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
                mergeList(array, field.getValue());
              } else {
                target.set(field.getKey(), field.getValue().deepCopy());
              }
            });
  }

  private static void mergeList(ArrayNode target, JsonNode source) {
    boolean named = named(target) && named(source);
    for (int i = 0; i < source.size(); i++) {
      JsonNode entry = source.get(i);
      JsonNode same = named ? ofName(target, entry.get("name")) : target.get(i);
      if (same instanceof ObjectNode object) {
        merge(object, entry);
      } else {
        target.add(entry.deepCopy());
      }
    }
  }

  private static boolean named(JsonNode list) {
    for (JsonNode entry : list) {
      if (!entry.has("name")) {
        return false;
      }
    }
    return true;
  }

  private static JsonNode ofName(ArrayNode list, JsonNode name) {
    for (JsonNode entry : list) {
      if (entry.get("name").equals(name)) {
        return entry;
      }
    }
    return null;
  }
}
