package io.sluice.sandbox.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.process.Folders;
import io.sluice.sandbox.process.JavaCommand;
import io.sluice.sandbox.process.Launch;
import io.sluice.sandbox.process.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** A Flink TaskManager. It is ready when the JobManager knows its slots. */
final class TaskManagerServer implements Server {

  private static final String MAIN = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Setting setting;
  private Optional<SSLContext> context;

  TaskManagerServer(Setting setting) {
    this.setting = setting;
  }

  @Override
  public Launch prepare(String instance) throws IOException {
    FlinkConfig config = new FlinkConfig(setting);
    Path conf = config.write();
    // What a killed predecessor left there is of no use to anybody.
    Path scratch = Folders.empty(config.scratch(Component.TASKMANAGER));
    Path temporary = Files.createDirectories(scratch.resolve("tmp"));
    int heap = FlinkConfig.FRAMEWORK_HEAP_MB + FlinkConfig.TASK_HEAP_MB;
    List<String> flags = new ArrayList<>(FlinkConfig.openings());
    flags.addAll(setting.sharing(Component.TASKMANAGER, MAIN, config.classPathFiles(), instance));
    flags.addAll(
        List.of(
            "-Xms" + heap + "m",
            "-Xmx" + heap + "m",
            // Little lives longer than a checkpoint; the rest is looked through at each collection.
            "-Xmn" + heap * 5 / 8 + "m",
            "-XX:MaxDirectMemorySize=" + FlinkConfig.DIRECT_MB + "m",
            // What it grows to anyway; each step on the way would be a collection of everything.
            "-XX:MetaspaceSize=160m",
            "-XX:MaxMetaspaceSize=" + FlinkConfig.METASPACE_MB + "m",
            // Few cores, a small live set, much short-lived garbage.
            "-XX:+UseParallelGC",
            // The state is read and written all over: with pages of 4 KB, most of the time goes
            // into finding them.
            "-XX:+UseTransparentHugePages",
            // Dozens of busy task threads share few cores: without precedence the compiler gets
            // hardly any time, and the tasks run for minutes in slow code. Needs the right to raise
            // a priority; who does not have it warms up later.
            "-XX:ThreadPriorityPolicy=1",
            "-XX:CompilerThreadPriority=-10",
            // Four times the defaults: spares it what is called often only while a job starts.
            "-XX:Tier4InvocationThreshold=20000",
            "-XX:Tier4MinInvocationThreshold=2400",
            "-XX:Tier4CompileThreshold=60000",
            "-XX:Tier4BackEdgeThreshold=160000",
            "-Djava.io.tmpdir=" + temporary,
            "-Dlog.file=" + setting.home().log(Component.TASKMANAGER),
            FlinkConfig.LOG4J));
    List<String> command =
        JavaCommand.of(
            flags,
            config.classPath(),
            MAIN,
            "--configDir",
            conf.toString(),
            // A list, so not by its full path, which may hold a separator.
            "-Dio.tmp.dirs=tmp",
            PrometheusConfig.port(setting.ports().taskmanagerMetrics()),
            "-Dtaskmanager.resource-id=" + instance);
    return new Launch(command, environment(config), scratch);
  }

  private static Map<String, String> environment(FlinkConfig config) {
    Map<String, String> environment = new HashMap<>(config.environment());
    // The same for RocksDB's memory, since glibc 2.35; older ones pass over it.
    environment.put("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");
    return environment;
  }

  @Override
  public boolean isReady(String instance) {
    return Probe.get(setting.endpoints().flinkUrl() + "/taskmanagers", context())
        .filter(body -> hasSlots(body, instance))
        .isPresent();
  }

  /** A killed predecessor stays on the list for some seconds; its name is another. */
  private static boolean hasSlots(String body, String instance) {
    try {
      for (JsonNode manager : JSON.readTree(body).path("taskmanagers")) {
        if (manager.path("id").asText().equals(instance)) {
          return manager.path("slotsNumber").asInt() > 0;
        }
      }
      return false;
    } catch (JsonProcessingException e) {
      throw new SandboxException("The JobManager's answer is no JSON: " + e.getMessage(), e);
    }
  }

  private Optional<SSLContext> context() {
    if (context == null) {
      context = setting.flinkContext();
    }
    return context;
  }
}
