package io.sluice.delta.storage;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.sluice.delta.s3.S3Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A store on 127.0.0.1 that answers as a test says, and notes what it was asked. */
final class BadStore implements AutoCloseable {

  static final String ACCESS_KEY = "AKIANEVERTELLTHIS";
  static final String SECRET_KEY = "this+is/the+secret";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<String> requests = new ArrayList<>();

  BadStore(HttpHandler answers) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
    server.createContext("/", exchange -> answer(exchange, answers));
    server.setExecutor(threads);
    server.start();
  }

  private void answer(HttpExchange exchange, HttpHandler answers) throws IOException {
    synchronized (requests) {
      requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
    }
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      answers.handle(exchange);
    }
  }

  /** Answers each request alike. */
  static BadStore answering(int status, String body, String... headers) throws IOException {
    return new BadStore(exchange -> reply(exchange, status, body, headers));
  }

  /** Answers each request with an error as S3 has it. */
  static BadStore refusing(int status, String code, String text, String... headers)
      throws IOException {
    return answering(
        status,
        "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>%s</Message>%s</Error>"
            .formatted(code, text, "<RequestId>4442587FB7D0A2F9</RequestId>"),
        headers);
  }

  static void reply(HttpExchange exchange, int status, String body, String... headers)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/xml");
    for (int i = 0; i < headers.length; i += 2) {
      exchange.getResponseHeaders().set(headers[i], headers[i + 1]);
    }
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    boolean withoutBody = exchange.getRequestMethod().equals("HEAD") || bytes.length == 0;
    exchange.sendResponseHeaders(status, withoutBody ? -1 : bytes.length);
    if (!withoutBody) {
      exchange.getResponseBody().write(bytes);
    }
  }

  URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  S3Settings settings() {
    return settings(endpoint());
  }

  static S3Settings settings(URI endpoint) {
    return S3Settings.of(Map.of(S3Settings.ENDPOINT_S3, endpoint.toString()))
        .with(S3Fixture.keys(ACCESS_KEY, SECRET_KEY));
  }

  /** Methods and addresses. */
  List<String> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
