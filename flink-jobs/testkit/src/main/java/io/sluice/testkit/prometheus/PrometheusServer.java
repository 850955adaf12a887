package io.sluice.testkit.prometheus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.testkit.tool.ToolCache;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A real Prometheus as a process on 127.0.0.1, asked by its HTTP API. */
public final class PrometheusServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final int OK = 200;

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI api;
  private final Process process;

  private PrometheusServer(URI api, Process process) {
    this.api = api;
    this.process = process;
  }

  /**
   * Starts one and waits until it answers.
   *
   * @param folder for its configuration, its data and its log; empty
   * @param scrapes a configuration with {@code scrape_configs} and neither rules nor settings for
   *     all of them
   */
  public static PrometheusServer start(Path folder, String scrapes, ShortenedRules rules)
      throws IOException, InterruptedException, ToolCache.NoneException {
    Path program = MonitoringTool.PROMETHEUS.find();
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("rules.yaml"), rules.file());
    Path config =
        Files.writeString(
            folder.resolve("prometheus.yaml"), scrapes + "rule_files: [rules.yaml]\n");
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Process process =
        new ProcessBuilder(
                program.toString(),
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--log.level=warn")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    PrometheusServer server =
        new PrometheusServer(URI.create("http://127.0.0.1:" + port + "/"), process);
    try {
      Awaitility.await("an answer of Prometheus, see " + folder.resolve("log"))
          .atMost(PATIENCE)
          .ignoreExceptionsMatching(notYet -> notYet instanceof IOException && process.isAlive())
          .until(() -> server.get("-/ready").statusCode() == OK);
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    return server;
  }

  /** The names of the alerts that fire at this moment. */
  public Set<String> firing() throws IOException, InterruptedException {
    Set<String> names = new TreeSet<>();
    for (JsonNode alert : json("api/v1/alerts").at("/data/alerts")) {
      if (alert.get("state").asText().equals("firing")) {
        names.add(alert.at("/labels/alertname").asText());
      }
    }
    return names;
  }

  /** The names of the alerts that fired at any moment of the time until now. */
  public Set<String> firedWithin(Duration time) throws IOException, InterruptedException {
    Set<String> names = new TreeSet<>();
    for (JsonNode series :
        query("count_over_time(ALERTS{alertstate=\"firing\"}[%dms])".formatted(time.toMillis()))) {
      names.add(series.at("/metric/alertname").asText());
    }
    return names;
  }

  /** The series that an expression gives now, each with {@code metric} and {@code value}. */
  public JsonNode query(String expression) throws IOException, InterruptedException {
    return json("api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8))
        .at("/data/result");
  }

  private JsonNode json(String path) throws IOException, InterruptedException {
    HttpResponse<String> answer = get(path);
    if (answer.statusCode() != OK) {
      throw new IOException("Prometheus answers %d: %s".formatted(answer.statusCode(), answer));
    }
    return JSON.readTree(answer.body());
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(api.resolve(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
