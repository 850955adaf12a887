package io.sluice.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SchemaRegistryTest {
  private final List<String> requests = new ArrayList<>();
  private final ConcurrentHashMap<String, List<String>> answers = new ConcurrentHashMap<>();
  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private HttpServer server;
  private SchemaRegistry registry;

  @BeforeEach
  void start() throws IOException {
    // Otherwise each answer waits 40 ms for the acknowledgement of its first half.
    System.setProperty("sun.net.httpserver.nodelay", "true");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          requests.add(body.isEmpty() ? request : request + " " + body);
          List<String> left = answers.getOrDefault(request, List.of("404 nothing here"));
          if (left.size() > 1) {
            answers.put(request, left.subList(1, left.size()));
          }
          byte[] answer = left.get(0).substring(4).getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(
              Integer.parseInt(left.get(0).substring(0, 3)), answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    server.start();
    registry = registry(Duration.ofSeconds(5));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void keepsAFoundSchemaForever() throws Exception {
    answers.put("GET /v7/schemas/ids/1", List.of("200 {\"schema\": \"\\\"string\\\"\"}"));
    assertThat(registry.schemaById(1)).contains(List.of("\"string\""));
    now.set(Instant.EPOCH.plus(Duration.ofDays(1)));
    assertThat(registry.schemaById(1)).contains(List.of("\"string\""));
    assertThat(requests).hasSize(1);
  }

  @Test
  void believesInAMissingSchemaForASecond() throws Exception {
    answers.put(
        "GET /v7/schemas/ids/2",
        List.of("404 {\"error_code\": 40403}", "200 {\"schema\": \"\\\"int\\\"\"}"));
    assertThat(registry.schemaById(2)).isEmpty();
    assertThat(registry.schemaById(2)).isEmpty();
    assertThat(requests).hasSize(1);
    now.set(Instant.EPOCH.plusMillis(1_001));
    assertThat(registry.schemaById(2)).contains(List.of("\"int\""));
  }

  private static String answer(String schema, String... references) {
    StringBuilder list = new StringBuilder();
    for (String reference : references) {
      String[] parts = reference.split("/");
      list.append(list.isEmpty() ? "" : ", ")
          .append(
              "{\"name\": \"%s\", \"subject\": \"%s\", \"version\": %s}"
                  .formatted(parts[0], parts[0], parts[1]));
    }
    return "200 {\"schema\": \"%s\", \"references\": [%s]}".formatted(schema, list);
  }

  @Test
  void gathersWhatASchemaRefersTo() throws Exception {
    answers.put("GET /v7/schemas/ids/1", List.of(answer("top", "left/1", "right/2")));
    answers.put("GET /v7/subjects/left/versions/1", List.of(answer("left", "a b/3")));
    answers.put("GET /v7/subjects/right/versions/2", List.of(answer("right", "a b/3", "copy/1")));
    answers.put("GET /v7/subjects/a%20b/versions/3", List.of(answer("base")));
    answers.put("GET /v7/subjects/copy/versions/1", List.of(answer("base")));
    assertThat(registry.schemaById(1)).contains(List.of("base", "left", "right", "top"));
    assertThat(registry.schemaById(1)).contains(List.of("base", "left", "right", "top"));
    assertThat(requests).hasSize(5);
  }

  @Test
  void asksAgainForAReferenceThatWasMissing() throws Exception {
    answers.put("GET /v7/schemas/ids/1", List.of(answer("top", "later/1")));
    answers.put(
        "GET /v7/subjects/later/versions/1", List.of("404 {\"error_code\": 40401}", answer("x")));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> registry.schemaById(1))
          .isInstanceOf(UnreadableSchemaException.class)
          .hasMessage(
              "it refers to version 1 of subject 'later', which the registry does not have. Register it, then replay the record.");
    }
    assertThat(requests).hasSize(2);
    now.set(Instant.EPOCH.plusMillis(1_001));
    assertThat(registry.schemaById(1)).contains(List.of("x", "top"));
  }

  @Test
  void refusesReferencesWithoutAnEnd() {
    answers.put("GET /v7/schemas/ids/1", List.of(answer("top", "a/1")));
    answers.put("GET /v7/subjects/a/versions/1", List.of(answer("a", "b/1")));
    answers.put("GET /v7/subjects/b/versions/1", List.of(answer("b", "a/1")));
    assertThatThrownBy(() -> registry.schemaById(1))
        .isInstanceOf(UnreadableSchemaException.class)
        .hasMessageContaining("'a' (subject 'a', version 1) refers to itself");

    answers.put("GET /v7/schemas/ids/2", List.of(answer("top", "deep/1")));
    for (int i = 1; i <= 30; i++) {
      answers.put(
          "GET /v7/subjects/deep/versions/" + i, List.of(answer("d" + i, "deep/" + (i + 1))));
    }
    assertThatThrownBy(() -> registry.schemaById(2)).hasMessageContaining("more than 20 deep");

    String[] many = new String[150];
    for (int i = 0; i < many.length; i++) {
      many[i] = "many/" + i;
      answers.put("GET /v7/subjects/many/versions/" + i, List.of(answer("m" + i)));
    }
    answers.put("GET /v7/schemas/ids/3", List.of(answer("top", many)));
    assertThatThrownBy(() -> registry.schemaById(3)).hasMessageContaining("more than 100 schemas");
  }

  @Test
  void readsAvroOnly() {
    answers.put(
        "GET /v7/schemas/ids/1",
        List.of("200 {\"schema\": \"syntax = 3\", \"schemaType\": \"PROTOBUF\"}"));
    assertThatThrownBy(() -> registry.schemaById(1))
        .isInstanceOf(UnreadableSchemaException.class)
        .hasMessage("it is a schema of type PROTOBUF, and only Avro is read");
  }

  @Test
  void readsNoMoreThanAMillionCharacters() {
    answers.put("GET /v7/schemas/ids/1", List.of(answer("s".repeat(1 << 19), "a/1")));
    answers.put("GET /v7/subjects/a/versions/1", List.of(answer("a".repeat((1 << 19) + 1))));
    assertThatThrownBy(() -> registry.schemaById(1))
        .isInstanceOf(UnreadableSchemaException.class)
        .hasMessage("it has more than 1,048,576 characters, with what it refers to");
    answers.put("GET /v7/schemas/ids/2", List.of(answer("s".repeat(5 << 20))));
    assertThatThrownBy(() -> registry.schemaById(2))
        .isInstanceOf(UnreadableSchemaException.class)
        .hasMessageContaining("too large: the answer has more than 4194304 bytes");
    assertThat(requests).hasSize(3);
  }

  @Test
  void failsRatherThanBelieveThatAReferenceIsMissingWhenTheRegistryIsIll() {
    answers.put("GET /v7/schemas/ids/1", List.of(answer("top", "a/1")));
    answers.put("GET /v7/subjects/a/versions/1", List.of("403 {\"error_code\": 40301}"));
    assertThatThrownBy(() -> registry.schemaById(1))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version 1 of subject 'a'")
        .hasMessageContaining("403");
  }

  @Test
  void keepsNoMoreSchemasThanItTells() throws Exception {
    for (int id = 0; id <= 1_000; id++) {
      answers.put("GET /v7/schemas/ids/" + id, List.of(answer("s" + id)));
      registry.schemaById(id);
      if (id > 0) {
        registry.schemaById(1);
      }
    }
    assertThat(requests).hasSize(1_001);
    registry.schemaById(0);
    assertThat(requests).hasSize(1_002);
  }

  @Test
  void keepsNoMoreCharactersThanItTells() throws Exception {
    for (int id = 0; id < 40; id++) {
      answers.put("GET /v7/schemas/ids/" + id, List.of(answer("s".repeat(1 << 20))));
      registry.schemaById(id);
    }
    assertThat(requests).hasSize(40);
    registry.schemaById(39);
    assertThat(requests).hasSize(40);
    registry.schemaById(0);
    assertThat(requests).hasSize(41);
  }

  @Test
  void remembersNoMoreMissingIdsThanItTells() throws Exception {
    for (int id = 0; id <= 10_000; id++) {
      answers.put("GET /v7/schemas/ids/" + id, List.of("404 {\"error_code\": 40403}"));
      assertThat(registry.schemaById(id)).isEmpty();
    }
    assertThat(registry.schemaById(1)).isEmpty();
    assertThat(requests).hasSize(10_001);
    assertThat(registry.schemaById(0)).isEmpty();
    assertThat(requests).hasSize(10_002);
  }

  @Test
  void doesNotTakeAWrongAddressForAMissingSchema() {
    assertThatThrownBy(() -> registry.schemaById(3))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("answered 404: nothing here")
        .hasMessageContaining("is this the base of its Confluent API?");
  }

  @Test
  void triesAgainWhileTheRegistryIsIll() throws Exception {
    answers.put(
        "GET /v7/schemas/ids/4",
        List.of("503 wait", "500 oops", "200 {\"schema\": \"\\\"long\\\"\"}"));
    assertThat(registry.schemaById(4)).contains(List.of("\"long\""));
    answers.put("GET /v7/schemas/ids/5", List.of("503 wait"));
    assertThatThrownBy(() -> registry(Duration.ofMillis(150)).schemaById(5))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no usable answer")
        .hasMessageContaining("503: wait");
  }

  @Test
  void stopsWaitingWhenInterrupted() {
    answers.put("GET /v7/schemas/ids/6", List.of("503 wait"));
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> registry.schemaById(6)).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void registersAndRequiresBackwardCompatibility() throws Exception {
    answers.put("POST /v7/subjects/a%20b-value/versions", List.of("200 {\"id\": 12}"));
    answers.put("PUT /v7/config/a%20b-value", List.of("200 {\"compatibility\": \"BACKWARD\"}"));
    assertThat(registry.register("a b-value", "\"int\"")).isEqualTo(12);
    registry.requireBackward("a b-value");
    assertThat(registry.schemaById(12)).contains(List.of("\"int\""));
    assertThat(requests)
        .containsExactly(
            "POST /v7/subjects/a%20b-value/versions {\"schema\":\"\\\"int\\\"\"}",
            "PUT /v7/config/a%20b-value {\"compatibility\": \"BACKWARD\"}");
    answers.put("POST /v7/subjects/x/versions", List.of("409 {\"message\": \"incompatible\"}"));
    assertThatThrownBy(() -> registry.register("x", "\"int\""))
        .hasMessageContaining("subject x")
        .hasMessageContaining("409")
        .hasMessageContaining("incompatible");
  }

  @Test
  void travelsToTheTaskManager() throws Exception {
    SchemaRegistry copy = InstantiationUtil.clone(new SchemaRegistry("http://127.0.0.1:1/v7"));
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> copy.schemaById(1))
        .hasMessage("interrupted while calling the schema registry");
    assertThat(Thread.interrupted()).isTrue();
  }

  private SchemaRegistry registry(Duration retryFor) {
    String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/v7/";
    return new SchemaRegistry(
        new RegistryHttp(url, retryFor),
        new Clock() {
          @Override
          public Instant instant() {
            return now.get();
          }

          @Override
          public ZoneOffset getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }
        });
  }
}
