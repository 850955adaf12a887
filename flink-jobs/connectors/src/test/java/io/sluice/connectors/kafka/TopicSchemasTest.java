package io.sluice.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.Serializable;
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
import java.util.stream.IntStream;
import org.apache.flink.util.InstantiationUtil;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TopicSchemasTest {
  private final List<String> requests = new ArrayList<>();
  private final ConcurrentHashMap<String, String> answers = new ConcurrentHashMap<>();
  private final TestingClock clock = new TestingClock();
  private volatile boolean registers;
  private HttpServer server;
  private TopicSchemas schemas;

  private static final class TestingClock extends Clock implements Serializable {
    private static final long serialVersionUID = 1L;

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
          if (answer == null && registers) {
            answer = registered(request);
          }
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

  /** Of all ids, those of 10,000 are the topic's, those of the next 10,000 nobody's, and so on. */
  private static String registered(String request) {
    String[] parts = request.split("/");
    int id = Integer.parseInt(parts[3]);
    if (id / 10_000 % 2 == 1) {
      return null;
    }
    return parts.length > 4 ? "[{\"subject\": \"t-value\"}]" : "{\"schema\": \"s\"}";
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
    return new TopicSchemas(registry(), "t", List.of(subjects), clock);
  }

  private SchemaRegistry registry() {
    String url = "http://127.0.0.1:" + server.getAddress().getPort();
    return new SchemaRegistry(new RegistryHttp(url, Duration.ofSeconds(5)), clock);
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

    answers.put("/subjects/t-value/versions?deleted=true", "[2]");
    clock.advance(Duration.ofMillis(1_000));
    for (int id = 30_000; id < 30_010; id++) {
      assertThat(schemas.schemaById(id)).isEmpty();
    }
    assertThatThrownBy(() -> schemas.schemaById(30_010))
        .hasMessageContaining("none of the 1 that the registry lists");
  }

  @Test
  void idsOfOtherSubjectsAreNoLoadEitherHoweverLongNoneCame() throws Exception {
    clock.advance(Duration.ofDays(1));
    for (int id = 100; id <= 200; id++) {
      register(id, "other-value");
    }
    for (int id = 100; id < 200; id++) {
      assertThat(schemas.schemaById(id)).isPresent();
    }
    assertThatThrownBy(() -> schemas.schemaById(200))
        .isInstanceOf(ForeignSchemaException.class)
        .hasMessageContaining("records name too many ids that are none");
    // What was read before still is.
    assertThat(schemas.schemaById(100)).isPresent();
  }

  @Test
  void looksAtTheNewestThousandVersionsOfASubject() throws Exception {
    for (int version = 1; version <= 1_500; version++) {
      answers.put(
          "/subjects/t-value/versions/%d?deleted=true".formatted(version),
          "{\"id\": %d}".formatted(version));
    }
    answers.put(
        "/subjects/t-value/versions?deleted=true",
        IntStream.rangeClosed(1, 1_500).boxed().toList().toString());
    for (int id = 2_000; id < 2_100; id++) {
      assertThat(schemas.schemaById(id)).isEmpty();
    }
    assertThatThrownBy(() -> schemas.schemaById(500))
        .hasMessageContaining("none of the 1000 that the registry lists");
    assertThat(schemas.schemaById(501)).isEmpty();
  }

  @Test
  void askedByOneTopicASchemaIsStillItsOwnForAnother() throws Exception {
    register(1, "t-value");
    SchemaRegistry registry = registry();
    TopicSchemas other = new TopicSchemas(registry, "o", List.of("o-value"), clock);
    TopicSchemas own = new TopicSchemas(registry, "t", List.of("t-value"), clock);
    assertThat(other.schemaById(1)).isPresent();
    assertThat(other.isOwn(1)).isFalse();
    assertThat(own.schemaById(1)).isPresent();
    assertThat(own.isOwn(1)).isTrue();
  }

  /** A day of ever other ids takes no more memory than some hours. */
  @Test
  void keepsABoundedNumberOfIds() throws Exception {
    registers = true;
    int[] bytes = new int[2];
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < (round == 0 ? 10_000 : 3_000); i++) {
        clock.advance(Duration.ofMillis(200));
        int id = round * 20_000 + i;
        schemas.schemaById(id);
        schemas.schemaById(id + 10_000);
      }
      bytes[round] = InstantiationUtil.serializeObject(schemas).length;
    }
    assertThat(bytes[1]).isLessThan(bytes[0] * 11 / 10);
  }

  @Test
  void goesToTheTaskManager() throws Exception {
    TopicSchemas copy =
        InstantiationUtil.clone(
            new TopicSchemas(new SchemaRegistry("http://127.0.0.1:1"), "t", List.of("t-value")));
    assertThat(copy.schemaById(-1)).isEmpty();
  }
}
