package io.sluice.cli.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.sluice.cli.text.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlinkClusterTest {

  @Test
  void tellsSinceWhenAJobFailsWhateverTheReasons() throws IOException {
    JsonNode newestFirst =
        new ObjectMapper()
            .readTree(
                """
                [{"timestamp": 300000, "stacktrace": "java.lang.IllegalStateException: why"},
                 {"timestamp": 290000, "stacktrace": "java.io.IOException: another reason"},
                 {"timestamp": 250000, "stacktrace": "java.lang.IllegalStateException: why"},
                 {"timestamp": 100000, "stacktrace": "java.io.IOException: long ago"}]
                """);
    assertThat(FlinkCluster.lastOf(newestFirst))
        .contains(
            new Cluster.Failure(
                "why", Instant.ofEpochMilli(250_000), Instant.ofEpochMilli(300_000)));
    assertThat(FlinkCluster.lastOf(new ObjectMapper().createArrayNode()))
        .isEqualTo(Optional.empty());
  }

  @Test
  void aJobThatRefusesToStartSpeaksForItself() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] answer =
              "{\"errors\": [\"java.lang.IllegalStateException: The table t is another's.\"]}"
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(400, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    try {
      var cluster =
          new FlinkCluster("http://127.0.0.1:" + server.getAddress().getPort(), Path.of(""));
      assertThatThrownBy(() -> cluster.run("x_sluice-job.jar", List.of(), Optional.empty()))
          .isInstanceOf(CommandFailure.class)
          .hasMessage("The job was not started: The table t is another's.");
      assertThatThrownBy(cluster::jobs)
          .hasMessage("Flink refuses GET /jobs/overview (status 400): The table t is another's.");
    } finally {
      server.stop(0);
    }
  }

  /** It starts the job, asks which id it shall bear, and never says so. */
  @Test
  void aStartWhoseAnswerIsLostIsRecognised() throws Exception {
    AtomicReference<String> started = new AtomicReference<>("none");
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/jars",
        exchange -> {
          JsonNode asked = new ObjectMapper().readTree(exchange.getRequestBody());
          started.set(asked.path("jobId").asText());
          exchange.close();
        });
    server.createContext(
        "/jobs/overview",
        exchange -> {
          byte[] answer =
              "{\"jobs\": [{\"jid\": \"%s\"}]}"
                  .formatted(started.get())
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    try {
      var cluster =
          new FlinkCluster("http://127.0.0.1:" + server.getAddress().getPort(), Path.of(""));
      assertThat(cluster.run("x_sluice-job.jar", List.of(), Optional.empty()))
          .isEqualTo(started.get())
          .matches("[0-9a-f]{32}");
    } finally {
      server.stop(0);
    }
  }

  /** The answer to the request is lost, and so is the first one to the question about it. */
  @Test
  void aSavepointWhoseAnswerIsLostIsAskedForAgain() throws Exception {
    List<String> asked = new CopyOnWriteArrayList<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/jobs",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          if (path.equals("/jobs/job1/savepoints")) {
            JsonNode body = new ObjectMapper().readTree(exchange.getRequestBody());
            asked.add(path + "/" + body.path("triggerId").asText());
          } else if (asked.contains(path)) {
            byte[] answer =
                "{\"status\": {\"id\": \"COMPLETED\"}, \"operation\": {\"location\": \"file:/s/1\"}}"
                    .getBytes(StandardCharsets.UTF_8);
            if (asked.size() > 1) {
              exchange.sendResponseHeaders(200, answer.length);
              exchange.getResponseBody().write(answer);
            }
            asked.add("again");
          }
          exchange.close();
        });
    server.start();
    try {
      var cluster =
          new FlinkCluster("http://127.0.0.1:" + server.getAddress().getPort(), Path.of(""));
      assertThat(cluster.savepoint("job1", "/s")).isEqualTo("/s/1");
    } finally {
      server.stop(0);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "Heartbeat of TaskManager with id 127.0.0.1:1 timed out., true",
    "TaskManager with id 127.0.0.1:1-2 is no longer reachable., true",
    "Connection unexpectedly closed by remote task manager 'localhost'., true",
    "Could not acquire the minimum required resources., true",
    "The view v has no column slot, false",
    "Table t cannot be read: disk full, false",
  })
  void tellsALostProcessFromAFaultOfTheJob(String reason, boolean lost) {
    assertThat(new Cluster.Failure(reason, Instant.EPOCH, Instant.EPOCH).lostProcess())
        .isEqualTo(lost);
  }
}
