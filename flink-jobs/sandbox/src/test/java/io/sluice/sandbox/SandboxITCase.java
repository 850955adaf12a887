package io.sluice.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.home.ComponentStatus;
import io.sluice.sandbox.home.Endpoints;
import io.sluice.sandbox.home.Ports;
import io.sluice.sandbox.home.Progress;
import io.sluice.sandbox.home.SandboxHome;
import io.sluice.sandbox.home.SandboxOptions;
import io.sluice.sandbox.home.SandboxState;
import io.sluice.sandbox.process.Processes;
import io.sluice.sandbox.process.SandboxException;
import io.sluice.sandbox.process.ServerProcess;
import io.sluice.sandbox.server.Probe;
import io.sluice.sandbox.watch.Ending;
import io.sluice.sandbox.watch.History;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxITCase {

  private static final Path DIST = Path.of("dist/target/servers");

  /** From the end of a process until another one runs; that it answers takes longer. */
  private static final Duration NEW_PROCESS = Duration.ofSeconds(5);

  private static final Duration PATIENCE = Duration.ofSeconds(120);

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

      comeBack(sandbox, Component.REDIS, Component.POSTGRES, Component.KAFKA, Component.REGISTRY);
      comeBack(sandbox, Component.JOBMANAGER);
      comeBack(sandbox, Component.TASKMANAGER);
      assertThat(sandbox.watchLog())
          .content()
          .contains("The Flink TaskManager (process ", "was ended by signal 9 (SIGKILL)")
          .contains("The Flink TaskManager answers again, after ");

      all = processes();
      assertThat(all).hasSizeGreaterThan(Component.values().length);
    } finally {
      begin = System.nanoTime();
      sandbox.down(Progress.silent());
      System.out.printf("down: %d ms%n", (System.nanoTime() - begin) / 1_000_000);
    }
    assertThat(all).noneMatch(Processes::isAlive);
    assertThat(sandbox.isAnyRunning()).isFalse();
    startFromArchives(sandbox, Component.REGISTRY, Component.JOBMANAGER, Component.TASKMANAGER);
  }

  /** They were made at the latest when the stack was stopped. */
  private static void startFromArchives(Sandbox sandbox, Component... components) throws Exception {
    try {
      for (Component component : components) {
        sandbox.start(component);
        long pid = sandbox.pid(component).orElseThrow();
        assertThat(Path.of("/proc", Long.toString(pid), "cmdline"))
            .content()
            .contains("-XX:SharedArchiveFile=");
        assertThat(Path.of("/proc", Long.toString(pid), "maps"))
            .content()
            .contains("/archives/" + component.id() + "-");
      }
    } finally {
      sandbox.down(Progress.silent());
    }
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
              "Port %d on 127.0.0.1, which Redis needs, is taken by another program: .*--port redis=\\d+, or .*--port all=0\\."
                  .formatted(taken.getLocalPort()));
      assertThat(processes()).isEmpty();
      assertThat(sandbox.isAnyRunning()).isFalse();
    }
  }

  @Test
  @Tag("faults")
  void givesUpWhatCannotStartAndSaysWhy() throws Exception {
    Sandbox sandbox = sandbox(Ports.anyFree());
    try {
      sandbox.start(Component.REDIS);
      Path data = new SandboxHome(home).data(Component.REDIS);
      Files.writeString(data.resolve("appendonly.aof"), "no such command\r\n");
      killBehindItsBack(sandbox, Component.REDIS);
      await().atMost(PATIENCE).until(() -> history(sandbox, Component.REDIS).abandoned());
      assertThat(history(sandbox, Component.REDIS).gaveUp())
          .startsWith("it failed to start 5 times in a row; last it ended with exit code 1");
      assertThat(history(sandbox, Component.REDIS).endings()).hasSize(6);
      assertThat(sandbox.watchLog()).content().contains("Redis is not started any more: ");
      assertThat(sandbox.pid(Component.REDIS)).isEmpty();

      Files.delete(data.resolve("appendonly.aof"));
      sandbox.start(Component.REDIS);
      assertThat(history(sandbox, Component.REDIS).abandoned()).isFalse();
    } finally {
      sandbox.down(Progress.silent());
    }
  }

  @Test
  void isWatchedAgainWhenTheWatcherWasKilled() throws Exception {
    Sandbox sandbox = sandbox(Ports.anyFree());
    try {
      sandbox.start(Component.REDIS);
      long server = sandbox.pid(Component.REDIS).orElseThrow();
      killWatchers();
      assertThat(status(sandbox, Component.REDIS).watched()).isFalse();
      sandbox.watch();
      assertThat(status(sandbox, Component.REDIS).watched()).isTrue();
      assertThat(sandbox.pid(Component.REDIS)).hasValue(server);
      comeBack(sandbox, Component.REDIS);

      // Both at once: nobody is left who knows how the server ended.
      killWatchers();
      killBehindItsBack(sandbox, Component.REDIS);
      sandbox.watch();
      await().atMost(PATIENCE).until(() -> sandbox.isReady(Component.REDIS));
      assertThat(history(sandbox, Component.REDIS).endings())
          .last()
          .extracting(Ending::reason)
          .asString()
          .contains("unknown exit code");
    } finally {
      sandbox.down(Progress.silent());
    }
    assertThat(sandbox.isAnyRunning()).isFalse();
  }

  /** Kills servers at once, as no launcher does, and requires each to be started by itself. */
  private static void comeBack(Sandbox sandbox, Component... victims) {
    Map<Component, Integer> before = new EnumMap<>(Component.class);
    for (Component victim : victims) {
      before.put(victim, history(sandbox, victim).endings().size());
    }
    Map<Component, Long> killed = new EnumMap<>(Component.class);
    for (Component victim : victims) {
      killed.put(victim, System.nanoTime());
      killBehindItsBack(sandbox, victim);
    }
    Map<Component, Duration> started = new EnumMap<>(Component.class);
    for (Component victim : victims) {
      await("a new process of " + victim)
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> sandbox.pid(victim).isPresent());
      started.put(victim, Duration.ofNanos(System.nanoTime() - killed.get(victim)));
    }
    System.out.printf("started again: %s%n", started);
    assertThat(started.values()).as("%s", started).allMatch(it -> it.compareTo(NEW_PROCESS) < 0);
    for (Component victim : victims) {
      await("answers of " + victim).atMost(PATIENCE).until(() -> sandbox.isReady(victim));
      await("the record of " + victim)
          .atMost(PATIENCE)
          .until(() -> history(sandbox, victim).answered());
      assertThat(
              history(sandbox, victim)
                  .endings()
                  .subList(before.get(victim), before.get(victim) + 1))
          .extracting(Ending::reason)
          .singleElement()
          .asString()
          .containsAnyOf("signal 9 (SIGKILL)", "unknown exit code");
    }
  }

  private static void killBehindItsBack(Sandbox sandbox, Component component) {
    ProcessHandle server = ProcessHandle.of(sandbox.pid(component).orElseThrow()).orElseThrow();
    server.destroyForcibly();
    await()
        .until(
            () ->
                sandbox.pid(component).isEmpty()
                    || sandbox.pid(component).getAsLong() != server.pid());
  }

  private void killWatchers() {
    SandboxState.read(new SandboxHome(home))
        .orElseThrow()
        .watchers()
        .values()
        .forEach(
            watchers ->
                watchers.forEach(
                    watcher -> {
                      Processes.signal(watcher, "KILL");
                      await().until(() -> !Processes.isAlive(watcher));
                    }));
  }

  private static ComponentStatus status(Sandbox sandbox, Component component) {
    return sandbox.status().stream()
        .filter(status -> status.component() == component)
        .findFirst()
        .orElseThrow();
  }

  private static History history(Sandbox sandbox, Component component) {
    return status(sandbox, component).history();
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
    SandboxState state = SandboxState.read(new SandboxHome(home)).orElseThrow();
    state.processes().values().forEach(process -> all.addAll(Processes.tree(process)));
    state
        .watchers()
        .values()
        .forEach(watchers -> watchers.forEach(watcher -> all.addAll(Processes.tree(watcher))));
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
