package io.sluice.sandbox.server;

import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.process.Folders;
import io.sluice.sandbox.process.JavaCommand;
import io.sluice.sandbox.process.Launch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** A Flink JobManager of a session cluster, with the web UI. */
final class JobManagerServer implements Server {

  private static final String MAIN =
      "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint";

  private final Setting setting;
  private Optional<SSLContext> context;

  JobManagerServer(Setting setting) {
    this.setting = setting;
  }

  @Override
  public Launch prepare(String instance) throws IOException {
    FlinkConfig config = new FlinkConfig(setting);
    Path conf = config.write();
    Path scratch = Folders.empty(config.scratch(Component.JOBMANAGER));
    Path temporary = Files.createDirectories(scratch.resolve("tmp"));
    // Uploaded jars, unlike those of jobs, need not outlive the process, but Flink keeps them.
    Files.createDirectories(setting.home().flinkData().resolve("web"));
    List<String> flags = new ArrayList<>(FlinkConfig.openings());
    flags.addAll(setting.sharing(Component.JOBMANAGER, MAIN, config.classPathFiles(), instance));
    // It does little; compiling that well would take more time from the tasks than it saves.
    flags.addAll(JavaCommand.THRIFTY_COMPILATION);
    flags.addAll(
        List.of(
            "-Xms256m",
            "-Xmx" + FlinkConfig.JOBMANAGER_HEAP_MB + "m",
            "-XX:MaxDirectMemorySize=128m",
            "-XX:MaxMetaspaceSize=" + FlinkConfig.METASPACE_MB + "m",
            "-XX:+UseG1GC",
            "-XX:MaxGCPauseMillis=50",
            "-Djava.io.tmpdir=" + temporary,
            "-Dlog.file=" + setting.home().log(Component.JOBMANAGER),
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
            PrometheusConfig.port(setting.ports().jobmanagerMetrics()),
            "-Djobmanager.resource-id=" + instance);
    return new Launch(command, config.environment(), scratch);
  }

  @Override
  public boolean isReady(String instance) {
    return Probe.get(setting.endpoints().flinkUrl() + "/overview", context()).isPresent();
  }

  private Optional<SSLContext> context() {
    if (context == null) {
      context = setting.flinkContext();
    }
    return context;
  }
}
