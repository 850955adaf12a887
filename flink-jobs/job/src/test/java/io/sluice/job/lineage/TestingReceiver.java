package io.sluice.job.lineage;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A real receiver of events on 127.0.0.1, which can also misbehave. */
public final class TestingReceiver implements AutoCloseable {
  private static final int HANGS = 0;

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
  private volatile int status = 201;

  public TestingReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::take);
    server.start();
  }

  private void take(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    requests.add(
        "%s %s %s"
            .formatted(
                exchange.getRequestMethod(),
                exchange.getRequestURI(),
                exchange.getRequestHeaders().getFirst("Authorization")));
    int answer = status;
    if (answer == HANGS) {
      await();
      exchange.close();
      return;
    }
    if (answer < 300) {
      events.add(body);
    }
    exchange.sendResponseHeaders(answer, -1);
    exchange.close();
  }

  private void await() {
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The variables that name this receiver. */
  public Map<String, String> environment() {
    return Map.of(
        "OPENLINEAGE_URL",
        "http://127.0.0.1:" + server.getAddress().getPort(),
        "OPENLINEAGE_NAMESPACE",
        "test",
        "OPENLINEAGE_API_KEY",
        "canary-key");
  }

  Receiver receiver() {
    return Receiver.of(environment()::get).orElseThrow();
  }

  void answer(int other) {
    status = other;
  }

  void hang() {
    status = HANGS;
  }

  /** The next event, waited for. */
  public String next() throws InterruptedException {
    return wait(events);
  }

  /** Method, path and credentials of the next request, waited for. */
  public String request() throws InterruptedException {
    return wait(requests);
  }

  private static String wait(BlockingQueue<String> queue) throws InterruptedException {
    String text = queue.poll(20, TimeUnit.SECONDS);
    if (text == null) {
      throw new AssertionError("nothing came");
    }
    return text;
  }

  boolean isEmpty() {
    return events.isEmpty();
  }

  @Override
  public void close() {
    closed.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
