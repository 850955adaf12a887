package io.sluice.k8s.cluster;

import io.sluice.cli.text.Installation;
import io.sluice.sandbox.home.DistFolder;
import io.sluice.sandbox.process.Poll;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;

/**
 * A JobManager without a job, as a process of this machine: Flink's own classes, with settings and
 * logging of a manifest.
 */
final class SessionProcess implements AutoCloseable {
  private static final String HOST = "127.0.0.1";
  private static final Duration EVERY = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final List<String> OPENED =
      List.of("java.lang", "java.net", "java.io", "java.nio", "java.util", "sun.nio.ch");

  private final Process process;
  private final Path output;
  private final int restPort;
  private final int rpcPort;

  /**
   * Starts it.
   *
   * @param folder an empty one
   * @param settings of Flink, which win over those that one machine needs
   * @param logging the text of {@code log4j-console.properties}
   */
  SessionProcess(Path folder, Map<String, String> settings, String logging) throws IOException {
    restPort = freePort();
    rpcPort = freePort();
    Map<String, String> all = new LinkedHashMap<>();
    for (String key :
        List.of(
            "jobmanager.rpc.address",
            "jobmanager.bind-host",
            "rest.address",
            "rest.bind-address")) {
      all.put(key, HOST);
    }
    all.put("jobmanager.rpc.port", Integer.toString(rpcPort));
    all.put("rest.port", Integer.toString(restPort));
    all.put("rest.bind-port", Integer.toString(restPort));
    all.put("blob.server.port", "0");
    all.put("jobmanager.memory.heap.size", "256mb");
    all.putAll(settings);
    StringBuilder yaml = new StringBuilder();
    all.forEach((key, value) -> yaml.append(key).append(": '").append(value).append("'\n"));
    Path conf = Files.createDirectories(folder.resolve("conf"));
    Files.writeString(conf.resolve("config.yaml"), yaml);
    Files.writeString(conf.resolve("log4j-console.properties"), logging);
    output = folder.resolve("output.log");
    process =
        new ProcessBuilder(command(folder, conf))
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
  }

  private static List<String> command(Path folder, Path conf) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    OPENED.forEach(each -> command.add("--add-opens=java.base/" + each + "=ALL-UNNAMED"));
    command.add("-Dlog.file=" + folder.resolve("flink.log"));
    command.add("-Dlog4j2.configurationFile=" + conf.resolve("log4j-console.properties"));
    Installation built = Installation.ofSources(Path.of("").toAbsolutePath().getParent());
    List<String> jars = new ArrayList<>();
    DistFolder.jars(new DistFolder(built.serverFiles()).flinkLib())
        .forEach(jar -> jars.add(jar.toString()));
    command.addAll(List.of("-cp", String.join(File.pathSeparator, jars)));
    command.add(StandaloneSessionClusterEntrypoint.class.getName());
    command.addAll(List.of("--configDir", conf.toString()));
    return command;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  int restPort() {
    return restPort;
  }

  int rpcPort() {
    return rpcPort;
  }

  /** Standard output and errors. */
  Path output() {
    return output;
  }

  /** Waits until its output has a text. */
  void awaitOutput(String text) throws IOException, InterruptedException {
    boolean seen =
        Poll.until(
            () -> Files.readString(output).contains(text) || !process.isAlive(), EVERY, LONGEST);
    if (!seen || !Files.readString(output).contains(text)) {
      throw new IllegalStateException(
          "The JobManager never said '%s': %s".formatted(text, Files.readString(output)));
    }
  }

  /** Waits until it has ended by itself. */
  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(LONGEST.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("The JobManager did not end.");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
