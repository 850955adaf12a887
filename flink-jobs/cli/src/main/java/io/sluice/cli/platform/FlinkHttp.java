package io.sluice.cli.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.text.CommandFailure;
import io.sluice.sandbox.secrets.FlinkKey;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** Calls of Flink's REST API. A refusal becomes one sentence out of Flink's stack trace. */
final class FlinkHttp {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT = Duration.ofSeconds(10);
  // Starting a job runs its main method inside the JobManager.
  private static final Duration ANSWER = Duration.ofMinutes(3);

  /** Nothing is computed for a look; a JobManager that hangs shall not hold up who waits. */
  private static final Duration LOOK = Duration.ofSeconds(20);

  private static final int SERVICE_UNAVAILABLE = 503;

  private final HttpClient client;
  private final String base;

  /**
   * @param base such as {@code https://127.0.0.1:8081}
   * @param secrets the folder that holds the key of this Flink; without one it is spoken to in the
   *     clear
   */
  FlinkHttp(String base, Path secrets) {
    this.base = base;
    HttpClient.Builder builder =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
    try {
      Optional<FlinkKey> key = FlinkKey.read(secrets);
      if (key.isPresent()) {
        builder.sslContext(key.get().context());
      }
    } catch (IOException e) {
      throw new CommandFailure("The key of Flink cannot be read: %s.".formatted(e.getMessage()), e);
    }
    client = builder.build();
  }

  JsonNode get(String path) throws IOException, InterruptedException {
    return send(request(path).timeout(LOOK).GET().build());
  }

  /** Whatever it is, a failure too, while it arrives. */
  Cluster.Page page(String target) throws IOException, InterruptedException {
    HttpResponse<InputStream> response =
        answer(request(target).GET().build(), HttpResponse.BodyHandlers.ofInputStream());
    return new Cluster.Page(
        response.statusCode(),
        response.headers().firstValue("Content-Type").orElse("application/octet-stream"),
        response.body());
  }

  JsonNode post(String path, Object body) throws IOException, InterruptedException {
    return send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
            .build());
  }

  void put(String path, Object body) throws IOException, InterruptedException {
    send(
        request(path)
            .header("Content-Type", "application/json")
            .PUT(HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)))
            .build());
  }

  void patch(String path) throws IOException, InterruptedException {
    send(request(path).method("PATCH", HttpRequest.BodyPublishers.noBody()).build());
  }

  /** Uploads a jar under a file name. */
  JsonNode upload(String path, Path jar, String name) throws IOException, InterruptedException {
    String boundary = UUID.randomUUID().toString();
    String head =
        "--%s\r\nContent-Disposition: form-data; name=\"jarfile\"; filename=\"%s\"\r\nContent-Type: application/x-java-archive\r\n\r\n"
            .formatted(boundary, name);
    HttpRequest.BodyPublisher body;
    try {
      body =
          HttpRequest.BodyPublishers.concat(
              HttpRequest.BodyPublishers.ofString(head),
              HttpRequest.BodyPublishers.ofFile(jar),
              HttpRequest.BodyPublishers.ofString("\r\n--" + boundary + "--\r\n"));
    } catch (FileNotFoundException e) {
      throw new CommandFailure(
          "The job's jar %s is not there: build it with 'mvn -Dquick package', or unpack the distribution again."
              .formatted(jar),
          e);
    }
    return send(
        request(path)
            .header("Content-Type", "multipart/form-data; boundary=" + boundary)
            .POST(body)
            .build());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(base + path)).timeout(ANSWER);
  }

  private JsonNode send(HttpRequest request) throws IOException, InterruptedException {
    HttpResponse<String> response = answer(request, HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() == SERVICE_UNAVAILABLE) {
      throw new IOException(
          "Flink at %s is still starting: %s".formatted(base, reason(response.body())));
    }
    if (response.statusCode() >= 300) {
      throw new CommandFailure(refusal(request, response) + ": " + reason(response.body()));
    }
    return response.body().isBlank() ? JSON.createObjectNode() : JSON.readTree(response.body());
  }

  private <T> HttpResponse<T> answer(HttpRequest request, HttpResponse.BodyHandler<T> handler)
      throws IOException, InterruptedException {
    try {
      return client.send(request, handler);
    } catch (java.net.ConnectException e) {
      throw new IOException(
          "Flink does not answer at %s. 'sluice status' shows what runs, 'sluice up' starts it."
              .formatted(base),
          e);
    }
  }

  /** What the job itself says when it is started needs no address of Flink before it. */
  private static String refusal(HttpRequest request, HttpResponse<String> response) {
    String path = request.uri().getPath();
    return path.startsWith("/jars/") && path.endsWith("/run")
        ? "The job was not started"
        : "Flink refuses %s %s (status %d)"
            .formatted(request.method(), path, response.statusCode());
  }

  private static String reason(String body) {
    try {
      JsonNode errors = JSON.readTree(body).path("errors");
      StringBuilder all = new StringBuilder();
      errors.forEach(error -> all.append(error.asText()).append('\n'));
      return StackTraceText.cause(all.toString());
    } catch (IOException notJson) {
      return body.lines().findFirst().orElse("no reason given");
    }
  }
}
