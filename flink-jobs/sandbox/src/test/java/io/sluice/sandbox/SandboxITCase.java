package io.sluice.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxITCase {

  private static final Path DIST = Path.of("dist");

  @TempDir Path folder;
  private final Locale locale = Locale.getDefault();
  private Path home;

  /** A name that lists, options and quotes stumble over, and a language with letters of its own. */
  @BeforeEach
  void makeThePlaceStrange() {
    home = folder.resolve("ä b,c'd");
    Locale.setDefault(new Locale("tr", "TR"));
  }

  @AfterEach
  void resetLocale() {
    Locale.setDefault(locale);
  }

  @Test
  void startsServesSurvivesAndEndsWithoutATrace() throws Exception {
    Sandbox sandbox = sandbox(Ports.anyFree());
    Map<Component, Duration> took = new EnumMap<>(Component.class);
    List<ServerProcess> all;
    long begin = System.nanoTime();
    try {
      sandbox.up(
          new Progress() {
            @Override
            public synchronized void ready(Component component, Duration time) {
              took.put(component, time);
            }
          });
      System.out.printf("up: %d ms, %s%n", (System.nanoTime() - begin) / 1_000_000, took);
      assertThat(sandbox.status()).allMatch(ComponentStatus::ready);
      usesKafka(sandbox.endpoints());
      usesRegistry(sandbox.endpoints());
      usesPostgres(sandbox.endpoints());

      long killed = sandbox.pid(Component.TASKMANAGER).orElseThrow();
      sandbox.kill(Component.TASKMANAGER);
      assertThat(sandbox.pid(Component.TASKMANAGER)).isEmpty();
      assertThat(sandbox.isReady(Component.TASKMANAGER)).isFalse();
      sandbox.start(Component.TASKMANAGER);
      assertThat(sandbox.pid(Component.TASKMANAGER).orElseThrow()).isNotEqualTo(killed);

      // Another launcher on the same home finds everything and changes nothing.
      Sandbox other = sandbox(Ports.standard());
      List<ComponentStatus> before = other.status();
      other.up(Progress.silent());
      assertThat(other.status()).isEqualTo(before);

      all = processes();
      assertThat(all).hasSizeGreaterThan(Component.values().length);
    } finally {
      begin = System.nanoTime();
      sandbox.down(Progress.silent());
      System.out.printf("down: %d ms%n", (System.nanoTime() - begin) / 1_000_000);
    }
    assertThat(all).noneMatch(Processes::isAlive);
    assertThat(sandbox.isAnyRunning()).isFalse();
  }

  @Test
  void keepsSchemasAndRowsOverARestart() throws Exception {
    Sandbox sandbox = sandbox(Ports.anyFree());
    try {
      sandbox.start(Component.REGISTRY);
      sandbox.start(Component.POSTGRES);
      int id = usesRegistry(sandbox.endpoints());
      usesPostgres(sandbox.endpoints());
      // The registry's H2 writes what it has committed a moment later.
      await().until(() -> registryFile().contains("Trade"));
      sandbox.kill(Component.REGISTRY);
      sandbox.kill(Component.POSTGRES);
      sandbox.start(Component.POSTGRES);
      sandbox.start(Component.REGISTRY);
      assertThat(Probe.get(sandbox.endpoints().registryUrl() + "/schemas/ids/" + id).orElseThrow())
          .contains("Trade");
      try (Connection connection = DriverManager.getConnection(sandbox.endpoints().jdbcUrl());
          ResultSet rows = connection.createStatement().executeQuery("SELECT x FROM kept")) {
        assertThat(rows.next()).isTrue();
      }
    } finally {
      sandbox.down(Progress.silent());
    }
  }

  @Test
  void namesATakenPortAndLeavesNothingBehind() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Ports ports = Ports.anyFree().with(List.of("redis=" + taken.getLocalPort()));
      Sandbox sandbox = sandbox(ports);
      assertThatThrownBy(() -> sandbox.up(Progress.silent()))
          .isInstanceOf(SandboxException.class)
          .hasMessageMatching(
              "Port %d on 127.0.0.1, which Redis needs, is taken by another program: .*--port redis=\\d+\\."
                  .formatted(taken.getLocalPort()));
      assertThat(processes()).isEmpty();
      assertThat(sandbox.isAnyRunning()).isFalse();
    }
  }

  private Sandbox sandbox(Ports ports) {
    return Sandbox.open(new SandboxHome(home), DIST, SandboxOptions.standard().withPorts(ports));
  }

  private String registryFile() throws IOException {
    Path file = new SandboxHome(home).data(Component.REGISTRY).resolve("schemas.mv.db");
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }

  private List<ServerProcess> processes() {
    List<ServerProcess> all = new ArrayList<>();
    SandboxState.read(new SandboxHome(home))
        .orElseThrow()
        .processes()
        .values()
        .forEach(process -> all.addAll(Processes.tree(process)));
    return all;
  }

  private static void usesKafka(Endpoints endpoints) throws Exception {
    Map<String, Object> config = Map.of("bootstrap.servers", endpoints.kafka());
    try (Admin admin = Admin.create(config)) {
      admin.createTopics(List.of(new NewTopic("greetings", 1, (short) 1))).all().get();
      assertThat(
              admin
                  .describeFeatures()
                  .featureMetadata()
                  .get()
                  .finalizedFeatures()
                  .get("transaction.version")
                  .maxVersionLevel())
          .isEqualTo((short) 2);
    }
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>("greetings", "hello")).get();
    }
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      TopicPartition partition = new TopicPartition("greetings", 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      assertThat(consumer.poll(Duration.ofSeconds(20)))
          .extracting(record -> record.value())
          .containsExactly("hello");
    }
  }

  private static int usesRegistry(Endpoints endpoints) throws Exception {
    String first = schema("{\\\"name\\\":\\\"id\\\",\\\"type\\\":\\\"string\\\"}");
    String breaking = schema("{\\\"name\\\":\\\"other\\\",\\\"type\\\":\\\"string\\\"}");
    String versions = endpoints.registryUrl() + "/subjects/greetings-value/versions";
    HttpResponse<String> registered = post(versions, first);
    assertThat(registered.statusCode()).as(registered.body()).isEqualTo(200);
    // BACKWARD: a field without a default cannot be added.
    assertThat(post(versions, breaking).statusCode()).isEqualTo(409);
    return Integer.parseInt(registered.body().replaceAll("\\D", ""));
  }

  private static String schema(String field) {
    return "{\"schema\":\"{\\\"type\\\":\\\"record\\\",\\\"name\\\":\\\"Trade\\\",\\\"fields\\\":["
        + field
        + "]}\"}";
  }

  private static HttpResponse<String> post(String url, String body) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                .build(),
            HttpResponse.BodyHandlers.ofString());
  }

  private static void usesPostgres(Endpoints endpoints) throws Exception {
    try (Connection connection = DriverManager.getConnection(endpoints.jdbcUrl())) {
      connection.createStatement().execute("CREATE TABLE IF NOT EXISTS kept (x int)");
      connection.createStatement().execute("INSERT INTO kept VALUES (1)");
      try (ResultSet rows = connection.createStatement().executeQuery("SELECT 1")) {
        assertThat(rows.next()).isTrue();
      }
    }
  }
}
