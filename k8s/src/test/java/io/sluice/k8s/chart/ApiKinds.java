package io.sluice.k8s.chart;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a cluster tells of its version and kinds. */
final class ApiKinds {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Kinds by the paths of their groups, with the names by which paths call them. */
  private static final Map<String, Map<String, String>> KINDS =
      Map.of(
          "/api/v1",
          Map.of(
              "namespaces", "Namespace",
              "configmaps", "ConfigMap",
              "secrets", "Secret",
              "serviceaccounts", "ServiceAccount"),
          "/apis/rbac.authorization.k8s.io/v1",
          Map.of("roles", "Role", "rolebindings", "RoleBinding"),
          "/apis/networking.k8s.io/v1",
          Map.of("networkpolicies", "NetworkPolicy"),
          "/apis/policy/v1",
          Map.of("poddisruptionbudgets", "PodDisruptionBudget"),
          "/apis/batch/v1",
          Map.of("cronjobs", "CronJob"),
          "/apis/monitoring.coreos.com/v1",
          Map.of("podmonitors", "PodMonitor", "prometheusrules", "PrometheusRule"),
          "/apis/flink.apache.org/v1beta1",
          Map.of("flinkdeployments", "FlinkDeployment"));

  private ApiKinds() {}

  /** Whether resources of a kind are called so. */
  static boolean has(String collection) {
    return KINDS.values().stream().anyMatch(kinds -> kinds.containsKey(collection));
  }

  /** The answer to a question about version or kinds. */
  static Optional<ObjectNode> answer(String path) {
    ObjectNode answer = JSON.createObjectNode();
    if (path.equals("/version")) {
      answer.put("major", "1").put("minor", "32").put("gitVersion", "v1.32.0");
    } else if (path.equals("/api")) {
      answer.put("kind", "APIVersions").putArray("versions").add("v1");
    } else if (path.equals("/apis")) {
      groups(answer);
    } else if (KINDS.containsKey(path)) {
      kinds(answer, path);
    } else {
      return Optional.empty();
    }
    return Optional.of(answer);
  }

  private static void groups(ObjectNode answer) {
    ArrayNode groups =
        answer.put("kind", "APIGroupList").put("apiVersion", "v1").putArray("groups");
    for (String path : KINDS.keySet()) {
      if (path.startsWith("/apis/")) {
        String[] parts = path.split("/");
        ObjectNode group = groups.addObject().put("name", parts[2]);
        for (ObjectNode version :
            List.of(group.putObject("preferredVersion"), group.putArray("versions").addObject())) {
          version.put("groupVersion", parts[2] + "/" + parts[3]).put("version", parts[3]);
        }
      }
    }
  }

  private static void kinds(ObjectNode answer, String path) {
    answer.put("kind", "APIResourceList").put("apiVersion", "v1");
    answer.put("groupVersion", path.replaceFirst("/apis?/", ""));
    ArrayNode resources = answer.putArray("resources");
    KINDS
        .get(path)
        .forEach(
            (name, kind) ->
                resources
                    .addObject()
                    .put("name", name)
                    .put("singularName", "")
                    .put("kind", kind)
                    .put("namespaced", !kind.equals("Namespace"))
                    .putArray("verbs")
                    .add("get")
                    .add("list")
                    .add("create")
                    .add("update")
                    .add("patch")
                    .add("delete"));
  }
}
