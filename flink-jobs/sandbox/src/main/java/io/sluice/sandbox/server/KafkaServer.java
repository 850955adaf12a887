package io.sluice.sandbox.server;

import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.home.DistFolder;
import io.sluice.sandbox.home.Endpoints;
import io.sluice.sandbox.home.Ports;
import io.sluice.sandbox.process.Commands;
import io.sluice.sandbox.process.Folders;
import io.sluice.sandbox.process.JavaCommand;
import io.sluice.sandbox.process.Launch;
import io.sluice.sandbox.process.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** A Kafka broker that is its own KRaft controller. */
final class KafkaServer implements Server {

  private static final String MAIN = "kafka.Kafka";
  private static final String CLUSTER_ID = "c2x1aWNlLXNhbmRib3gtMQ";

  /**
   * Below the working directory: the full path may hold what separates two files here and in {@code
   * log.dirs}.
   */
  private static final String LOG4J = "-Dlog4j2.configurationFile=conf/log4j2.properties";

  private static final int ANSWER_MILLIS = 10_000;

  private final Setting setting;

  KafkaServer(Setting setting) {
    this.setting = setting;
  }

  @Override
  public Launch prepare(String instance) throws IOException {
    Path conf = Files.createDirectories(setting.data(Component.KAFKA).resolve("conf"));
    Path logs = setting.data(Component.KAFKA).resolve("logs");
    Path properties = conf.resolve("server.properties");
    Files.writeString(properties, properties());
    Files.writeString(
        conf.resolve("log4j2.properties"),
        Log4jConfig.console("WARN", Map.of("kafka.server", "INFO")));
    if (!Files.exists(logs.resolve("meta.properties"))) {
      format(properties);
    }
    // Its compression unpacks a library there, which a killed broker leaves behind.
    Path temporary = Folders.empty(setting.data(Component.KAFKA).resolve("tmp"));
    List<Path> jars = DistFolder.jars(setting.dist().kafkaLib());
    List<String> flags = new ArrayList<>(setting.sharing(Component.KAFKA, MAIN, jars, instance));
    flags.addAll(
        List.of(
            "-Xms256m",
            "-Xmx768m",
            // What it grows to anyway; each step on the way would be a collection of everything.
            "-XX:MetaspaceSize=96m",
            "-Djava.io.tmpdir=" + temporary,
            // Little lives long here; the fewest barriers for the threads that serve requests.
            "-XX:+UseParallelGC",
            "-Djava.awt.headless=true",
            LOG4J));
    return new Launch(
        JavaCommand.of(flags, classPath(), MAIN, properties.toString()),
        Map.of(),
        setting.data(Component.KAFKA));
  }

  @Override
  public boolean isReady(String instance) {
    if (!Probe.listens(setting.ports().kafka())) {
      return false;
    }
    Map<String, Object> config =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            setting.endpoints().kafka(),
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
            ANSWER_MILLIS,
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
            ANSWER_MILLIS);
    try (Admin admin = Admin.create(config)) {
      return !admin.describeCluster().nodes().get(ANSWER_MILLIS, TimeUnit.MILLISECONDS).isEmpty();
    } catch (ExecutionException | TimeoutException notYet) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("Waiting for the Kafka broker was interrupted.", e);
    }
  }

  private void format(Path properties) {
    List<String> flags = List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", LOG4J);
    Commands.run(
        JavaCommand.of(
            flags,
            classPath(),
            "kafka.tools.StorageTool",
            "format",
            "--ignore-formatted",
            "-t",
            CLUSTER_ID,
            "-c",
            properties.toString()),
        "the broker's empty storage",
        setting.data(Component.KAFKA));
  }

  private String classPath() {
    return JavaCommand.allOf(setting.dist().kafkaLib());
  }

  private String properties() {
    Ports ports = setting.ports();
    return String.format(
        Locale.ROOT,
        """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@%1$s:%3$d
        controller.listener.names=CONTROLLER
        listeners=CLIENTS://%1$s:%2$d,CONTROLLER://%1$s:%3$d
        advertised.listeners=CLIENTS://%1$s:%2$d
        inter.broker.listener.name=CLIENTS
        listener.security.protocol.map=CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT
        log.dirs=logs
        # One node: nothing to replicate to.
        offsets.topic.replication.factor=1
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        share.coordinator.state.topic.replication.factor=1
        share.coordinator.state.topic.min.isr=1
        default.replication.factor=1
        # Every partition of these is created and loaded at start.
        offsets.topic.num.partitions=4
        transaction.state.log.num.partitions=4
        # A lone consumer need not wait for others to join its group.
        group.initial.rebalance.delay.ms=0
        # A wrong topic name is an error and not a new topic.
        auto.create.topics.enable=false
        # Bronze can always be rebuilt from the first offset.
        log.retention.ms=-1
        transaction.max.timeout.ms=900000
        num.network.threads=2
        num.io.threads=4
        # The broker shares its cores; these threads mostly wait.
        log.cleaner.threads=1
        log.cleaner.dedupe.buffer.size=16777216
        """,
        Endpoints.HOST,
        ports.kafka(),
        ports.kafkaController());
  }
}
