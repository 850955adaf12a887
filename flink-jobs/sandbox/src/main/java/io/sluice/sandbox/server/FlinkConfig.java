package io.sluice.sandbox.server;

import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.home.DistFolder;
import io.sluice.sandbox.home.Endpoints;
import io.sluice.sandbox.home.ObjectStore;
import io.sluice.sandbox.home.Ports;
import io.sluice.sandbox.process.JavaCommand;
import io.sluice.sandbox.process.SandboxException;
import io.sluice.sandbox.secrets.MetricsToken;
import io.sluice.sandbox.secrets.PrivateFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The {@code conf} folder of the Flink processes, written anew at each start. */
final class FlinkConfig {

  static final int TASK_HEAP_MB = 1152;
  static final int FRAMEWORK_HEAP_MB = 128;
  static final int DIRECT_MB = 128 + 128 + 128;
  static final int METASPACE_MB = 512;
  static final int JOBMANAGER_HEAP_MB = 640;

  /** Seen from the working directory: what separates two files may stand in the full path. */
  static final String LOG4J = "-Dlog4j2.configurationFile=../conf/log4j2.properties";

  /** Checkpoints come every second: what says something about each of them would bury the rest. */
  private static final Map<String, String> LEVELS =
      Map.ofEntries(
          Map.entry("org.apache.pekko", "WARN"),
          Map.entry("org.apache.kafka", "WARN"),
          Map.entry("io.delta.kernel", "WARN"),
          // At each commit to a table so young that its log has no checkpoint.
          Map.entry("io.delta.kernel.internal.snapshot.SnapshotManager", "ERROR"),
          // Flink's committer registers its metric again at each checkpoint and is warned of it.
          Map.entry("org.apache.flink.metrics.MetricGroup", "ERROR"),
          // Triggered, completed, and once a second "not yet" while tasks start. Failures stay.
          Map.entry("org.apache.flink.runtime.checkpoint.CheckpointCoordinator", "WARN"),
          Map.entry("org.apache.flink.runtime.checkpoint.CheckpointFailureManager", "WARN"),
          Map.entry("org.apache.flink.runtime.source.coordinator.SourceCoordinator", "WARN"),
          Map.entry(
              "org.apache.flink.connector.kafka.sink.internal.FlinkKafkaInternalProducer", "WARN"),
          Map.entry("org.apache.flink.state.changelog.ChangelogKeyedStateBackend", "WARN"),
          // Two lines a minute and task, also when nothing changes.
          Map.entry("org.apache.flink.state.common.PeriodicMaterializationManager", "WARN"));

  private final Setting setting;

  FlinkConfig(Setting setting) {
    this.setting = setting;
  }

  /** Writes the folder and returns it. */
  Path write() throws IOException {
    Path conf = Files.createDirectories(setting.home().flinkData().resolve("conf"));
    PrivateFiles.write(conf.resolve("config.yaml"), yaml());
    Optional<MetricsToken> token = setting.home().metricsToken();
    if (token.isPresent()) {
      PrivateFiles.write(
          setting.home().prometheusFile(), PrometheusConfig.file(setting.ports(), token.get()));
    }
    Files.writeString(conf.resolve("log4j2.properties"), Log4jConfig.console("INFO", LEVELS));
    return conf;
  }

  /** Class path of both processes: Flink's jars and, for its high availability, this module. */
  String classPath() {
    return JavaCommand.allOf(setting.dist().flinkLib()) + ":" + ownLocation();
  }

  /** The files of {@link #classPath()}, one by one. */
  List<Path> classPathFiles() throws IOException {
    List<Path> files = new ArrayList<>(DistFolder.jars(setting.dist().flinkLib()));
    files.add(ownLocation());
    return files;
  }

  /** What Flink's own distribution opens on Java 17. */
  static List<String> openings() {
    return List.of(
            "java.lang",
            "java.net",
            "java.io",
            "java.nio",
            "java.lang.reflect",
            "java.text",
            "java.time",
            "java.util",
            "java.util.concurrent",
            "java.util.concurrent.atomic",
            "java.util.concurrent.locks",
            "sun.nio.ch")
        .stream()
        .map(name -> "--add-opens=java.base/" + name + "=ALL-UNNAMED")
        .toList();
  }

  String yaml() {
    Map<String, String> settings = new LinkedHashMap<>();
    addresses(settings);
    memory(settings);
    reliability(settings);
    new FlinkStorage(setting).addTo(settings);
    settings.putAll(setting.options().flinkSettings());
    StringBuilder text = new StringBuilder("# Written at each start of the sandbox.\n");
    settings.forEach(
        (key, value) ->
            text.append(key).append(": '").append(value.replace("'", "''")).append("'\n"));
    return text.toString();
  }

  private void addresses(Map<String, String> settings) {
    Ports ports = setting.ports();
    for (String key :
        List.of(
            "jobmanager.rpc.address",
            "jobmanager.bind-host",
            "taskmanager.host",
            "taskmanager.bind-host",
            "rest.address",
            "rest.bind-address")) {
      settings.put(key, Endpoints.HOST);
    }
    settings.put("jobmanager.rpc.port", Integer.toString(ports.flinkRpc()));
    // With high availability the process listens where this says.
    settings.put("high-availability.jobmanager.port", Integer.toString(ports.flinkRpc()));
    settings.put("rest.port", Integer.toString(ports.flink()));
    settings.put("rest.bind-port", Integer.toString(ports.flink()));
    // Jobs are submitted through REST, by who has the home's key. Switched off, Flink has no /jars
    // at
    // all, for 'sluice submit' either; browsers do not get there, as 'sluice ui' refuses it.
    settings.put("web.submit.enable", "true");
    setting.home().flinkKey().ifPresent(key -> settings.putAll(key.flinkSettings()));
    // No page of any other origin; the default is every one.
    settings.put("web.access-control-allow-origin", setting.endpoints().flinkUrl());
    // One asks for metrics to see what happens now, not ten seconds ago.
    settings.put("metrics.fetcher.update-interval", "1000");
    settings.put("rest.flamegraph.enabled", "true");
    setting
        .home()
        .metricsToken()
        .ifPresent(token -> settings.putAll(PrometheusConfig.settings(token)));
  }

  /**
   * All parts explicit: without Flink's start scripts nobody else derives them. 2.8 GB together.
   */
  private void memory(Map<String, String> settings) {
    settings.put("taskmanager.numberOfTaskSlots", Integer.toString(setting.options().slots()));
    settings.put("taskmanager.cpu.cores", Integer.toString(setting.options().slots()));
    settings.put("taskmanager.memory.framework.heap.size", FRAMEWORK_HEAP_MB + "mb");
    settings.put("taskmanager.memory.task.heap.size", TASK_HEAP_MB + "mb");
    settings.put("taskmanager.memory.framework.off-heap.size", "128mb");
    settings.put("taskmanager.memory.task.off-heap.size", "128mb");
    settings.put("taskmanager.memory.network.min", "128mb");
    settings.put("taskmanager.memory.network.max", "128mb");
    // All of it goes to RocksDB.
    settings.put("taskmanager.memory.managed.size", "768mb");
    settings.put("taskmanager.memory.jvm-metaspace.size", METASPACE_MB + "mb");
    settings.put("taskmanager.memory.jvm-overhead.min", "192mb");
    settings.put("taskmanager.memory.jvm-overhead.max", "192mb");
    settings.put("jobmanager.memory.heap.size", JOBMANAGER_HEAP_MB + "mb");
  }

  private void reliability(Map<String, String> settings) {
    FlinkRecovery.addTo(settings);
    if (setting.options().highAvailability()) {
      settings.put("high-availability.type", "io.sluice.sandbox.ha.LocalHaServicesFactory");
      Path local = setting.home().flinkData().resolve("ha");
      settings.put(
          "high-availability.storageDir",
          setting.objects().isPresent() ? ObjectStore.HIGH_AVAILABILITY : "file://" + local);
      settings.put("high-availability.local-dir", local.toString());
      settings.put("high-availability.cluster-id", "sluice");
    }
  }

  /** What both processes find in their environment. */
  Map<String, String> environment() {
    Map<String, String> variables = new HashMap<>(setting.endpoints().environment());
    if (setting.objects().isPresent()) {
      variables.put("FLINK_PLUGINS_DIR", setting.dist().flinkPlugins().toString());
    }
    return variables;
  }

  /** A folder for files that are worthless once the process has ended. */
  Path scratch(Component component) {
    return setting.home().flinkData().resolve(component.id());
  }

  private static Path ownLocation() {
    try {
      return Path.of(FlinkConfig.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (java.net.URISyntaxException e) {
      throw new SandboxException("The sandbox's own jar cannot be found: " + e.getMessage(), e);
    }
  }
}
