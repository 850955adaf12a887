package io.sluice.cli.ui;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.text.CommandFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Shows Flink's web UI, which asks for a key that no browser has, on a port of this machine. Every
 * path begins with a random token: who does not know it, another user or a page of another site,
 * gets nothing. There is no cookie, which a browser would send to every other port, too.
 */
public final class UiServer implements AutoCloseable {
  private static final int TOKEN_BYTES = 24;
  private static final int THREADS = 8;

  private static final Map<String, String> HEADERS =
      Map.of(
          "Cache-Control", "no-store",
          "Content-Security-Policy", "frame-ancestors 'none'",
          "Cross-Origin-Resource-Policy", "same-origin",
          "Referrer-Policy", "no-referrer",
          "X-Content-Type-Options", "nosniff",
          "X-Frame-Options", "DENY");

  static {
    // In seconds. A request that is sent half and no more would keep a thread for ever.
    System.setProperty("sun.net.httpserver.maxReqTime", "10");
    System.setProperty("sun.net.httpserver.maxRspTime", "60");
  }

  private final Cluster cluster;
  private final HttpServer server;
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final String place;
  private final String token;

  /**
   * Begins to answer.
   *
   * @param port 0 for any free one
   */
  public UiServer(Cluster cluster, int port) throws IOException {
    this.cluster = cluster;
    byte[] random = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(random);
    token = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    server = HttpServer.create(new InetSocketAddress(loopback, port), 0);
    place = "127.0.0.1:" + server.getAddress().getPort();
    server.createContext("/", this::answer);
    server.setExecutor(threads);
    server.start();
  }

  /** The start page, with the token. */
  public String url() {
    return "http://" + place + "/" + token + "/";
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      HEADERS.forEach(exchange.getResponseHeaders()::set);
      UiRequest request =
          new UiRequest(
              exchange.getRequestMethod(),
              exchange.getRequestURI(),
              exchange.getRequestHeaders().getFirst("Host"),
              exchange.getRequestHeaders().getFirst("Origin"));
      Optional<UiRequest.Refusal> refusal = request.refusal(place, token);
      if (refusal.isPresent()) {
        say(exchange, refusal.get().status(), refusal.get().sentence());
      } else {
        pass(exchange, request.forwarded(token));
      }
    }
  }

  private void pass(HttpExchange exchange, String target) throws IOException {
    try (Cluster.Page page = cluster.page(target)) {
      exchange.getResponseHeaders().set("Content-Type", page.contentType());
      exchange.sendResponseHeaders(page.status(), 0);
      page.body().transferTo(exchange.getResponseBody());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (CommandFailure e) {
      say(exchange, 502, e.getMessage());
    }
  }

  private static void say(HttpExchange exchange, int status, String sentence) throws IOException {
    byte[] text = (sentence + "\n").getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "text/plain; charset=utf-8");
    boolean bare = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, bare ? -1 : text.length);
    if (!bare) {
      exchange.getResponseBody().write(text);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
