package io.sluice.sandbox.ha;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A JobManager and a TaskManager as processes of their own, with the class path of this test but
 * without its classes. Closing it kills all of them.
 */
final class FlinkProcesses implements AutoCloseable {

  private static final List<String> OPENED_PACKAGES =
      List.of(
          "java.lang",
          "java.net",
          "java.io",
          "java.nio",
          "sun.nio.ch",
          "java.lang.reflect",
          "java.text",
          "java.time",
          "java.util",
          "java.util.concurrent",
          "java.util.concurrent.atomic",
          "java.util.concurrent.locks");

  private final Path root;
  private final int rpcPort = freePort();
  private final int restPort = freePort();
  private final Deque<Process> started = new ArrayDeque<>();

  FlinkProcesses(Path root) throws IOException {
    this.root = root;
  }

  Process jobManager(String name) throws IOException {
    return jobManager(name, rpcPort, restPort);
  }

  /** Another JobManager on the same directory. */
  Process jobManagerOnOtherPorts(String name) throws IOException {
    return jobManager(name, freePort(), freePort());
  }

  private Process jobManager(String name, int rpc, int rest) throws IOException {
    return start(
        name,
        "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
        configuration(rpc, rest));
  }

  Process taskManager(String name) throws IOException {
    return start(
        name,
        "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
        configuration(rpcPort, restPort));
  }

  int restPort() {
    return restPort;
  }

  Path haDirectory() {
    return root.resolve("ha/test");
  }

  String log(String name) throws IOException {
    return Files.readString(logFile(name));
  }

  /** Whether the REST endpoint reports as many TaskManagers as these. */
  boolean hasTaskManagers(int count) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + restPort + "/overview")).build();
    try {
      String body =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
      return body.contains("\"taskmanagers\":" + count);
    } catch (IOException notYetUp) {
      return false;
    }
  }

  @Override
  public void close() throws InterruptedException {
    for (Process process : started) {
      process.destroyForcibly();
    }
    for (Process process : started) {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        throw new IllegalStateException("Process " + process.pid() + " does not end");
      }
    }
  }

  private Process start(String name, String mainClass, Map<String, String> configuration)
      throws IOException {
    Path conf = Files.createDirectories(root.resolve("conf-" + name));
    Files.write(
        conf.resolve("config.yaml"),
        configuration.entrySet().stream().map(e -> e.getKey() + ": " + e.getValue()).toList());
    Files.writeString(
        conf.resolve("log4j2.properties"),
        """
        rootLogger.level = INFO
        rootLogger.appenderRef.out.ref = out
        appender.out.name = out
        appender.out.type = Console
        appender.out.layout.type = PatternLayout
        appender.out.layout.pattern = %d %p %c{1} %m%n
        """);
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    for (String opened : OPENED_PACKAGES) {
      command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
    }
    command.add("-Dlog4j2.configurationFile=" + conf.resolve("log4j2.properties"));
    command.addAll(List.of("-cp", classPath(), mainClass, "--configDir", conf.toString()));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(logFile(name).toFile())
            .start();
    started.add(process);
    return process;
  }

  private Path logFile(String name) {
    return root.resolve(name + ".log");
  }

  private Map<String, String> configuration(int rpc, int rest) {
    Map<String, String> configuration = new TreeMap<>();
    configuration.put("jobmanager.rpc.address", "127.0.0.1");
    configuration.put("jobmanager.rpc.port", "" + rpc);
    configuration.put("jobmanager.bind-host", "127.0.0.1");
    configuration.put("rest.address", "127.0.0.1");
    configuration.put("rest.bind-address", "127.0.0.1");
    configuration.put("rest.port", "" + rest);
    configuration.put("taskmanager.host", "127.0.0.1");
    configuration.put("taskmanager.bind-host", "127.0.0.1");
    configuration.put("taskmanager.numberOfTaskSlots", "1");
    configuration.put("taskmanager.cpu.cores", "1.0");
    configuration.put("taskmanager.memory.framework.heap.size", "64m");
    configuration.put("taskmanager.memory.framework.off-heap.size", "32m");
    configuration.put("taskmanager.memory.jvm-metaspace.size", "128m");
    configuration.put("taskmanager.memory.jvm-overhead.min", "64m");
    configuration.put("taskmanager.memory.jvm-overhead.max", "64m");
    configuration.put("taskmanager.memory.task.heap.size", "64m");
    configuration.put("taskmanager.memory.task.off-heap.size", "0m");
    configuration.put("taskmanager.memory.managed.size", "16m");
    configuration.put("taskmanager.memory.network.min", "16m");
    configuration.put("taskmanager.memory.network.max", "16m");
    configuration.put("io.tmp.dirs", root.resolve("tmp").toString());
    configuration.put(
        "execution.checkpointing.dir", root.resolve("checkpoints").toUri().toString());
    configuration.put("high-availability.type", LocalHaServicesFactory.class.getName());
    configuration.put("high-availability.storageDir", root.resolve("ha").toUri().toString());
    configuration.put("high-availability.cluster-id", "test");
    return configuration;
  }

  /** Without the classes of the test: the cluster must find the job's classes in its jar. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.endsWith("test-classes") && !entry.endsWith("test-classes/"))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
