package io.sluice.connectors.local;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;

/**
 * A Kafka broker (KRaft, one node) in a process of its own, with this process's class path but its
 * own client library.
 */
public final class LocalKafka implements AutoCloseable {
  private final Path directory;
  private final int port;
  private final Process process;

  public LocalKafka(Path directory) throws IOException, InterruptedException {
    this(directory, Map.of());
  }

  public LocalKafka(Path directory, Map<String, String> settings)
      throws IOException, InterruptedException {
    this.directory = directory;
    this.port = Ports.free();
    Path config = directory.resolve("server.properties");
    Files.writeString(config, config(Ports.free(), settings));
    String id = Uuid.randomUuid().toString();
    int formatted =
        java("format", "kafka.tools.StorageTool", "format", "-t", id, "-c", config.toString())
            .waitFor();
    if (formatted != 0) {
      throw new IOException("format failed: " + Files.readString(directory.resolve("format.log")));
    }
    process = java("broker", "kafka.Kafka", config.toString());
    await().atMost(Duration.ofSeconds(60)).until(() -> Ports.answers(port) || !process.isAlive());
    if (!process.isAlive()) {
      throw new IOException("no broker: " + Files.readString(directory.resolve("broker.log")));
    }
  }

  private String config(int controllerPort, Map<String, String> settings) throws IOException {
    Properties config = new Properties();
    config.putAll(
        Map.of(
            "process.roles",
            "broker,controller",
            "node.id",
            "1",
            "controller.quorum.voters",
            "1@127.0.0.1:" + controllerPort,
            "listeners",
            "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort,
            "advertised.listeners",
            "PLAINTEXT://127.0.0.1:" + port,
            "controller.listener.names",
            "CONTROLLER",
            "log.dirs",
            directory.resolve("data").toString(),
            "group.initial.rebalance.delay.ms",
            "0"));
    config.putAll(
        Map.of(
            "offsets.topic.replication.factor", "1",
            "offsets.topic.num.partitions", "2",
            "transaction.state.log.replication.factor", "1",
            "transaction.state.log.min.isr", "1",
            "transaction.state.log.num.partitions", "2",
            "auto.create.topics.enable", "false",
            "log.cleaner.enable", "false"));
    config.putAll(settings);
    StringWriter text = new StringWriter();
    config.store(text, null);
    return text.toString();
  }

  private Process java(String log, String... arguments) throws IOException {
    // Broker and clients have different versions; each needs its own client library.
    String classPath =
        Path.of("target", "kafka-broker").toAbsolutePath()
            + "/*"
            + File.pathSeparator
            + System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command =
        Stream.concat(
                Stream.of(java, "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                Stream.concat(Stream.of("-cp", classPath), Stream.of(arguments)))
            .toList();
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve(log + ".log").toFile())
        .start();
  }

  public String bootstrap() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
