package io.sluice.cli.ui;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Another site: its page brings {@code stranger.js}. It also is the server that allows everybody
 * everything, so that it shows which attempts of that script can succeed.
 */
final class StrangersSite implements AutoCloseable {
  private static final String PAGE =
      "<!doctype html><title>Another site</title><body><script>%s</script>";

  private final List<String> written = new CopyOnWriteArrayList<>();
  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final String page;

  StrangersSite() throws IOException {
    try (InputStream script = StrangersSite.class.getResourceAsStream("stranger.js")) {
      page = PAGE.formatted(new String(script.readAllBytes(), StandardCharsets.UTF_8));
    }
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> say(exchange, "text/html", page));
    server.createContext("/open/", StrangersSite::read);
    server.createContext("/open/write", this::write);
    server.createContext(
        "/open/image",
        exchange ->
            say(
                exchange,
                "image/svg+xml",
                "<svg xmlns='http://www.w3.org/2000/svg' width='1' height='1'/>"));
    server.createContext("/open/script", exchange -> say(exchange, "text/javascript", "1"));
    server.setExecutor(threads);
    server.start();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** The bodies of the writes that came. */
  List<String> written() {
    return written;
  }

  private void write(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    if (exchange.getRequestMethod().equals("POST")) {
      written.add(body);
    }
    say(exchange, "text/plain", "open");
  }

  private static void read(HttpExchange exchange) throws IOException {
    String key = exchange.getRequestHeaders().getFirst("Sec-WebSocket-Key");
    if (key == null) {
      say(exchange, "text/plain", "open");
      return;
    }
    try (exchange) {
      exchange.getResponseHeaders().set("Connection", "Upgrade");
      exchange.getResponseHeaders().set("Upgrade", "websocket");
      exchange.getResponseHeaders().set("Sec-WebSocket-Accept", accepted(key));
      exchange.sendResponseHeaders(101, -1);
    }
  }

  /** As RFC 6455 wants it. */
  private static String accepted(String key) {
    String text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-1").digest(text.getBytes(StandardCharsets.US_ASCII));
      return Base64.getEncoder().encodeToString(hash);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void say(HttpExchange exchange, String type, String text) throws IOException {
    try (exchange) {
      byte[] body = text.getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().set("Content-Type", type);
      exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
      exchange.getResponseHeaders().set("Access-Control-Allow-Methods", "PATCH");
      exchange.sendResponseHeaders(200, body.length);
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
