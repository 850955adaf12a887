package io.sluice.k8s.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * As much of a Kubernetes API as Helm asks for: it tells which kinds there are, keeps what it is
 * given, and patches as RFC 7386 says. Nothing acts on what is kept.
 */
final class TestingCluster implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, ObjectNode> kept = new TreeMap<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;

  /** Starts on a free port of this machine. */
  TestingCluster() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  /** Writes a file by which clients find this cluster. */
  Path kubeconfig(Path folder) throws IOException {
    return Files.writeString(
        folder.resolve("kubeconfig"),
        """
        apiVersion: v1
        kind: Config
        current-context: test
        clusters: [{name: test, cluster: {server: '%s'}}]
        contexts: [{name: test, context: {cluster: test, user: test}}]
        users: [{name: test, user: {}}]
        """
            .formatted(address()));
  }

  /** Where it listens. */
  String address() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /**
   * Keeps a resource as if somebody had made it, in the place of one of its name.
   *
   * @param group path of its group and version
   * @param collection how paths call its kind
   */
  synchronized void add(String group, String collection, ObjectNode resource) {
    String namespace = resource.at("/metadata/namespace").asText();
    String name = resource.at("/metadata/name").asText();
    kept.put("%s/namespaces/%s/%s/%s".formatted(group, namespace, collection, name), resource);
  }

  /** What is there of a kind, by name. */
  synchronized Map<String, ObjectNode> ofKind(String kind) {
    Map<String, ObjectNode> found = new TreeMap<>();
    for (ObjectNode resource : kept.values()) {
      if (resource.path("kind").asText().equals(kind)) {
        found.put(resource.at("/metadata/name").asText(), resource.deepCopy());
      }
    }
    return found;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Answer answer;
      try {
        answer = answer(exchange.getRequestMethod(), exchange.getRequestURI(), body);
      } catch (IOException | RuntimeException e) {
        answer = failure(500, "InternalError", e.toString());
      }
      byte[] text = JSON.writeValueAsBytes(answer.body());
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(answer.status(), text.length);
      exchange.getResponseBody().write(text);
    }
  }

  private record Answer(int status, JsonNode body) {}

  private synchronized Answer answer(String method, URI uri, byte[] body) throws IOException {
    String path = uri.getPath();
    switch (method) {
      case "GET":
        return get(path, uri.getRawQuery());
      case "POST":
        ObjectNode made = KubernetesBody.read(body);
        return keep(path + "/" + made.at("/metadata/name").asText(), made, 201);
      case "PUT":
        return keep(path, KubernetesBody.read(body), 200);
      case "PATCH":
        ObjectNode patched = kept.get(path).deepCopy();
        merge(patched, (ObjectNode) JSON.readTree(body));
        return keep(path, patched, 200);
      case "DELETE":
        return kept.remove(path) == null
            ? failure(404, "NotFound", path)
            : new Answer(
                200,
                JSON.createObjectNode()
                    .put("kind", "Status")
                    .put("apiVersion", "v1")
                    .put("status", "Success"));
      default:
        return failure(405, "MethodNotAllowed", method);
    }
  }

  private Answer keep(String path, ObjectNode resource, int status) {
    kept.put(path, resource);
    return new Answer(status, resource);
  }

  private Answer get(String path, String query) {
    Optional<ObjectNode> known = ApiKinds.answer(path);
    if (known.isPresent()) {
      return new Answer(200, known.get());
    }
    String collection = path.substring(path.lastIndexOf('/') + 1);
    if (ApiKinds.has(collection)) {
      return new Answer(200, list(path, query));
    }
    return kept.containsKey(path)
        ? new Answer(200, kept.get(path))
        : failure(404, "NotFound", path);
  }

  private ObjectNode list(String path, String query) {
    ObjectNode answer = JSON.createObjectNode();
    answer.put("kind", "SecretList").put("apiVersion", "v1").putObject("metadata");
    ArrayNode items = answer.putArray("items");
    String selector =
        query == null
            ? ""
            : URLDecoder.decode(query.replaceFirst("^labelSelector=", ""), StandardCharsets.UTF_8);
    for (Map.Entry<String, ObjectNode> each : kept.entrySet()) {
      if (each.getKey().startsWith(path + "/") && selected(each.getValue(), selector)) {
        items.add(each.getValue());
      }
    }
    return answer;
  }

  private static boolean selected(ObjectNode resource, String selector) {
    JsonNode labels = resource.at("/metadata/labels");
    for (String label : selector.split(",")) {
      String[] parts = label.split("=", 2);
      if (parts.length == 2 && !labels.path(parts[0]).asText().equals(parts[1])) {
        return false;
      }
    }
    return true;
  }

  private static void merge(ObjectNode target, ObjectNode patch) {
    patch
        .fields()
        .forEachRemaining(
            field -> {
              JsonNode there = target.get(field.getKey());
              if (field.getValue().isNull()) {
                target.remove(field.getKey());
              } else if (there instanceof ObjectNode object
                  && field.getValue() instanceof ObjectNode changes) {
                merge(object, changes);
              } else {
                target.set(field.getKey(), field.getValue());
              }
            });
  }

  private static Answer failure(int code, String reason, String message) {
    return new Answer(
        code,
        JSON.createObjectNode()
            .put("kind", "Status")
            .put("apiVersion", "v1")
            .put("status", "Failure")
            .put("reason", reason)
            .put("message", message)
            .put("code", code));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
