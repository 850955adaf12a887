package io.sluice.sandbox.rest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;

/** Requests with JSON answers; every failure becomes one sentence. */
final class FlinkHttp {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final String url;
  private final HttpClient client;

  FlinkHttp(String url) {
    this.url = url;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
  }

  JsonNode get(String path) {
    return send(request(path).GET(), "GET " + path);
  }

  JsonNode post(String path, JsonNode body) {
    HttpRequest.Builder request =
        request(path)
            .header("Content-Type", "application/json")
            .POST(BodyPublishers.ofString(body.toString()));
    return send(request, "POST " + path);
  }

  JsonNode patch(String path) {
    return send(request(path).method("PATCH", BodyPublishers.noBody()), "PATCH " + path);
  }

  JsonNode delete(String path) {
    return send(request(path).DELETE(), "DELETE " + path);
  }

  /** Sends a file as a form, without reading it into memory. */
  JsonNode postFile(String path, Path file) throws FileNotFoundException {
    String boundary = "sluice-" + UUID.randomUUID();
    String head =
        """
        --%s\r
        Content-Disposition: form-data; name="jarfile"; filename="%s"\r
        Content-Type: application/x-java-archive\r
        \r
        """
            .formatted(boundary, file.getFileName());
    HttpRequest.Builder request =
        request(path)
            .header("Content-Type", "multipart/form-data; boundary=" + boundary)
            .POST(
                BodyPublishers.concat(
                    BodyPublishers.ofString(head),
                    BodyPublishers.ofFile(file),
                    BodyPublishers.ofString("\r\n--" + boundary + "--\r\n")));
    return send(request, "POST " + path);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url + path)).timeout(PATIENCE);
  }

  private JsonNode send(HttpRequest.Builder request, String what) {
    try {
      HttpResponse<String> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() / 100 != 2) {
        throw new FlinkRestException(
            "Flink refused %s (HTTP %d): %s"
                .formatted(what, response.statusCode(), reason(response.body())),
            response.statusCode());
      }
      return JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      throw new FlinkRestException("Flink's answer to %s is no JSON.".formatted(what), e);
    } catch (IOException e) {
      throw new FlinkRestException(
          "Flink does not answer at %s (%s): is it running?"
              .formatted(
                  url, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlinkRestException("The request %s was interrupted.".formatted(what), e);
    }
  }

  /** Flink answers a list of errors; the longest holds the stack trace. */
  private static String reason(String body) {
    try {
      String longest = "";
      for (JsonNode error : JSON.readTree(body).path("errors")) {
        longest = error.asText().length() > longest.length() ? error.asText() : longest;
      }
      return longest.isEmpty() ? body.strip() : RootCause.of(longest);
    } catch (JsonProcessingException notJson) {
      return body.strip();
    }
  }
}
