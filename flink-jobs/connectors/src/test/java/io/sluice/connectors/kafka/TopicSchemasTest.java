package io.sluice.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
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
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TopicSchemasTest {
  private final List<String> requests = new ArrayList<>();
  private final ConcurrentHashMap<String, String> answers = new ConcurrentHashMap<>();
  private final TestingClock clock = new TestingClock();
  private HttpServer server;
  private TopicSchemas schemas;

  private static final class TestingClock extends Clock {
    private Instant now = Instant.EPOCH;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }

    void advance(Duration by) {
      now = now.plus(by);
    }
  }

  @BeforeEach
  void start() throws IOException {
    System.setProperty("sun.net.httpserver.nodelay", "true");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String request = exchange.getRequestURI().toString();
          requests.add(request);
          String answer = answers.get(request);
          byte[] body =
              (answer == null ? "{\"error_code\": %d}".formatted(missing(request)) : answer)
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(answer == null ? 404 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    schemas = schemas("t-value");
  }

  /** The codes for subjects and for ids. */
  private static int missing(String request) {
    return request.startsWith("/subjects") ? 40401 : 40403;
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private TopicSchemas schemas(String... subjects) {
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    return new TopicSchemas(
        new SchemaRegistry(new RegistryHttp(url, Duration.ofSeconds(5)), clock),
        "t",
        List.of(subjects),
        clock);
  }

  private void register(int id, String... subjects) {
    List<String> versions = new ArrayList<>();
    for (String subject : subjects) {
      versions.add("{\"subject\": \"%s\", \"version\": 1}".formatted(subject));
    }
    answers.put("/schemas/ids/" + id + "/versions?deleted=true", versions.toString());
    answers.put("/schemas/ids/" + id, "{\"schema\": \"s%d\"}".formatted(id));
  }

  @Test
  void readsSchemasOfTheTopicsSubjects() throws Exception {
    register(1, "other-value", "t-value");
    register(2, "com.example.Trade");
    TopicSchemas two = schemas("t-value", "com.example.Trade");
    assertThat(two.schemaById(1)).contains(List.of("s1"));
    assertThat(two.schemaById(2)).contains(List.of("s2"));
    assertThat(requests).hasSize(4);
    assertThat(two.schemaById(1)).contains(List.of("s1"));
    assertThat(requests).hasSize(4);
  }

  @Test
  void schemasOfOtherSubjectsAreReadButAreNotItsOwn() throws Exception {
    register(1, "other-value", "t-value");
    register(3, "other-value");
    assertThat(schemas.schemaById(1)).contains(List.of("s1"));
    assertThat(schemas.schemaById(3)).contains(List.of("s3"));
    assertThat(schemas.schemaById(3)).contains(List.of("s3"));
    assertThat(schemas.isOwn(1)).isTrue();
    assertThat(schemas.isOwn(3)).isFalse();
    assertThat(schemas.isOwn(99)).isFalse();
    assertThat(requests).hasSize(4);
  }

  @Test
  void refusesASchemaOfNoSubjectWithOneRequest() throws Exception {
    register(5);
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> schemas.schemaById(5))
          .isInstanceOf(ForeignSchemaException.class)
          .hasMessage(
              "Schema 5 is registered under no subject any more. Register it under t-value, then replay the record.");
    }
    assertThat(requests).containsExactly("/schemas/ids/5/versions?deleted=true");
    register(5, "t-value");
    clock.advance(Duration.ofMillis(1_001));
    assertThat(schemas.schemaById(5)).contains(List.of("s5"));
    assertThat(schemas.isOwn(5)).isTrue();
  }

  @Test
  void asksOnceForAnIdThatNobodyKnowsAndNeverForANegativeOne() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(schemas.schemaById(9)).isEmpty();
      assertThat(schemas.schemaById(-9)).isEmpty();
    }
    assertThat(requests).hasSize(1);
    register(9, "t-value");
    clock.advance(Duration.ofMillis(1_001));
    assertThat(schemas.schemaById(9)).contains(List.of("s9"));
  }

  @Test
  void boundsWhatEverOtherIdsCostTheRegistryAndFindsTheTopicsOwnNevertheless() throws Exception {
    int asked = 0;
    for (int id = 1_000; id < 11_000; id++) {
      try {
        assertThat(schemas.schemaById(id)).isEmpty();
        asked++;
      } catch (ForeignSchemaException e) {
        assertThat(e).hasMessageContaining("records name too many ids that are none");
      }
    }
    assertThat(asked).isEqualTo(100);
    // The list of versions is asked for once.
    assertThat(requests).hasSize(101);

    register(7, "t-value");
    answers.put("/subjects/t-value/versions?deleted=true", "[1, 2]");
    answers.put("/subjects/t-value/versions/1?deleted=true", "{\"id\": 6}");
    answers.put("/subjects/t-value/versions/2?deleted=true", "{\"id\": 7}");
    assertThatThrownBy(() -> schemas.schemaById(7)).isInstanceOf(ForeignSchemaException.class);
    clock.advance(Duration.ofMillis(1_000));
    for (int id = 20_000; id < 20_100; id++) {
      int stranger = id;
      if (id < 20_010) {
        assertThat(schemas.schemaById(stranger)).isEmpty();
      } else {
        assertThatThrownBy(() -> schemas.schemaById(stranger))
            .hasMessage(
                "Schema id %d is none of the 2 that the registry lists for topic t. It was not asked for by itself, because records name too many ids that are none."
                    .formatted(stranger));
      }
    }
    assertThat(schemas.schemaById(7)).contains(List.of("s7"));
  }

  @Test
  void goesToTheTaskManager() throws Exception {
    TopicSchemas copy =
        InstantiationUtil.clone(
            new TopicSchemas(new SchemaRegistry("http://127.0.0.1:1"), "t", List.of("t-value")));
    assertThat(copy.schemaById(-1)).isEmpty();
  }
}
