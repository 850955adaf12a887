package io.sluice.sandbox.scrape;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.prometheus.client.exporter.common.TextFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.flink.metrics.prometheus.OpenPrometheusReporter;

/**
 * Answers {@code GET /metrics} in Prometheus' text format to who shows the token, one request at a
 * time. It does nothing between requests.
 */
public final class LoopbackReporter extends OpenPrometheusReporter {
  private static final int NO_BODY = -1;

  private final HttpServer server;
  private final ExecutorService answers;
  private final byte[] expected;

  /**
   * Listens at once.
   *
   * @param address port 0 for any free one
   * @throws IOException if the port is taken
   */
  LoopbackReporter(InetSocketAddress address, String token) throws IOException {
    expected = ("Bearer " + token).getBytes(StandardCharsets.US_ASCII);
    server = HttpServer.create(address, 0);
    answers =
        Executors.newSingleThreadExecutor(
            task -> {
              Thread thread = new Thread(task, "metrics for Prometheus");
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(answers);
    server.createContext("/metrics", this::answer);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      if (!showsToken(exchange)) {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer");
        exchange.sendResponseHeaders(HttpURLConnection.HTTP_UNAUTHORIZED, NO_BODY);
      } else if (!exchange.getRequestMethod().equals("GET")) {
        exchange.sendResponseHeaders(HttpURLConnection.HTTP_BAD_METHOD, NO_BODY);
      } else {
        byte[] body = text();
        exchange.getResponseHeaders().set("Content-Type", TextFormat.CONTENT_TYPE_004);
        exchange.sendResponseHeaders(HttpURLConnection.HTTP_OK, body.length);
        exchange.getResponseBody().write(body);
      }
    }
  }

  private boolean showsToken(HttpExchange exchange) {
    String shown = exchange.getRequestHeaders().getFirst("Authorization");
    return shown != null && MessageDigest.isEqual(expected, shown.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] text() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (Writer writer = new OutputStreamWriter(bytes, StandardCharsets.UTF_8)) {
      TextFormat.write004(writer, collectors().metricFamilySamples());
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    server.stop(0);
    answers.shutdownNow();
    super.close();
  }
}
