package io.sluice.k8s;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Built-in resources, and those of the Prometheus operator, against their types: fields that the
 * types do not have, which a server passes over, are problems.
 */
final class Models implements Check {
  @Override
  public List<String> problems(ObjectNode resource) {
    if (resource.path("apiVersion").asText().startsWith("flink.apache.org/")) {
      return List.of();
    }
    Object model;
    try {
      model = Serialization.unmarshal(resource.toString());
    } catch (KubernetesClientException e) {
      return List.of("A value is of the wrong type: " + e.getCause().getMessage());
    }
    if (model instanceof GenericKubernetesResource) {
      return List.of("No type is known for " + Manifests.kind(resource) + ".");
    }
    List<String> problems = new ArrayList<>();
    walk(Manifests.kind(resource), model, problems);
    return problems;
  }

  private static void walk(String path, Object value, List<String> problems) {
    if (value instanceof List<?> list) {
      for (int i = 0; i < list.size(); i++) {
        walk(path + "[" + i + "]", list.get(i), problems);
      }
    } else if (value instanceof Map<?, ?> map) {
      map.forEach((key, each) -> walk(path + "." + key, each, problems));
    } else if (value != null && value.getClass().getName().startsWith("io.fabric8.")) {
      walkFields(path, value, problems);
    }
  }

  private static void walkFields(String path, Object model, List<String> problems) {
    try {
      for (Class<?> type = model.getClass(); type != Object.class; type = type.getSuperclass()) {
        for (Field field : type.getDeclaredFields()) {
          if (Modifier.isStatic(field.getModifiers()) || model instanceof Enum) {
            continue;
          }
          field.setAccessible(true);
          if (field.getName().equals("additionalProperties")) {
            ((Map<?, ?>) field.get(model))
                .keySet()
                .forEach(name -> problems.add(path + " has no field " + name + "."));
          } else {
            walk(path + "." + field.getName(), field.get(model), problems);
          }
        }
      }
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(path + " cannot be read.", e);
    }
  }
}
