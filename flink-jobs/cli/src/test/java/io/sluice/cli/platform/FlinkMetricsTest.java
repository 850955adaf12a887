package io.sluice.cli.platform;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FlinkMetricsTest {
  private static final String COUNTS = "0.ledger-rows-trips.dataset.trips.ledger_counts";

  /** How often the TaskManager's processor time is asked for before its new metrics arrive. */
  private static final int TASKMANAGER_ANSWERS_AT = 3;

  private final AtomicInteger jobManagerAsked = new AtomicInteger();
  private final AtomicInteger taskManagerAsked = new AtomicInteger();

  /** The JobManager fetches its own metrics at once, those of the TaskManagers come later. */
  @Test
  void waitsForTheMetricsOfTheTaskManagers() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] answer =
              answer(exchange.getRequestURI().toString()).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(200, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    try {
      var metrics =
          new FlinkMetrics(
              new FlinkHttp("http://127.0.0.1:" + server.getAddress().getPort(), Path.of("")));
      assertThat(metrics.counters("job").datasets())
          .extracting(Cluster.DatasetCounts::consumed)
          .containsExactly(8L);
    } finally {
      server.stop(0);
    }
  }

  private String answer(String target) {
    return switch (target) {
      case "/jobmanager/metrics?get=Status.JVM.CPU.Time" ->
          value("Status.JVM.CPU.Time", "" + jobManagerAsked.incrementAndGet());
      case "/taskmanagers" -> "{\"taskmanagers\": [{\"id\": \"127.0.0.1:1-a\"}]}";
      case "/taskmanagers/127.0.0.1:1-a/metrics?get=Status.JVM.CPU.Time" ->
          value(
              "Status.JVM.CPU.Time",
              taskManagerAsked.incrementAndGet() < TASKMANAGER_ANSWERS_AT ? "7" : "9");
      case "/jobs/job" -> "{\"vertices\": [{\"id\": \"v\"}]}";
      case "/jobs/job/vertices/v/metrics" -> "[{\"id\": \"%s\"}]".formatted(COUNTS);
      case "/jobs/job/vertices/v/metrics?get=" + COUNTS ->
          value(
              COUNTS,
              "{\\\"consumed\\\": %d}"
                  .formatted(taskManagerAsked.get() < TASKMANAGER_ANSWERS_AT ? 0 : 8));
      default -> throw new IllegalArgumentException(target);
    };
  }

  private static String value(String id, String value) {
    return "[{\"id\": \"%s\", \"value\": \"%s\"}]".formatted(id, value);
  }
}
