package io.sluice.k8s.cluster;

import io.fabric8.kubernetes.api.model.Container;
import io.sluice.sandbox.home.DistFolder;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.kubernetes.entrypoint.KubernetesApplicationClusterEntrypoint;
import org.apache.flink.kubernetes.taskmanager.KubernetesTaskExecutorRunner;

/**
 * Runs a container's command on this machine. The two scripts of Flink's image, which the command
 * calls, are found on the PATH and start the classes that those start.
 */
final class PodCommand {
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  private static final int LINES = 20;

  private final Path folder;
  private final Path conf;
  private final DistFolder dist;
  private final String kubeconfig;

  /**
   * @param folder for scripts, configuration and logs
   * @param dist Flink's jars and plugins
   * @param kubeconfig the file by which processes find the API
   */
  PodCommand(Path folder, DistFolder dist, String kubeconfig) throws IOException {
    this.folder = folder;
    this.dist = dist;
    this.kubeconfig = kubeconfig;
    conf = Files.createDirectories(folder.resolve("conf"));
    Path bin = Files.createDirectories(folder.resolve("bin"));
    // The first argument of the one names the kind of cluster; its class reads the variable.
    script(
        bin.resolve("kubernetes-jobmanager.sh"),
        "shift",
        KubernetesApplicationClusterEntrypoint.class.getName() + " \"$@\"");
    script(
        bin.resolve("kubernetes-taskmanager.sh"),
        ":",
        KubernetesTaskExecutorRunner.class.getName() + " --configDir \"$FLINK_CONF_DIR\" \"$@\"");
  }

  private void script(Path file, String first, String main) throws IOException {
    Files.writeString(
        file,
        "#!/bin/sh\n%s\nexec \"%s\" @java.args %s $PROCESS_OPTIONS\n".formatted(first, JAVA, main));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  /** Lays out the mounted configuration. */
  void configure(Map<String, String> files) throws IOException {
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(conf.resolve(file.getKey()), file.getValue());
    }
  }

  /**
   * Starts a container.
   *
   * @param name of the pod, and of its log
   * @param options that give way to other processes of the same machine
   */
  Process start(
      String name, Container container, Map<String, String> variables, List<String> options)
      throws IOException {
    Path home = Files.createDirectories(folder.resolve(name));
    Files.writeString(home.resolve("java.args"), String.join("\n", flags(home)) + "\n");
    ProcessBuilder builder = new ProcessBuilder(container.getArgs()).directory(home.toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(key -> key.startsWith("AWS_") || key.startsWith("SLUICE_"));
    environment.putAll(variables);
    environment.put("FLINK_CONF_DIR", conf.toString());
    environment.put("FLINK_PLUGINS_DIR", dist.flinkPlugins().toString());
    environment.put("PATH", folder.resolve("bin") + File.pathSeparator + environment.get("PATH"));
    environment.put("PROCESS_OPTIONS", String.join(" ", all(options)));
    File log = folder.resolve(name + ".log").toFile();
    return builder
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
        .start();
  }

  /** The last lines of a pod's log. */
  String endOfLog(String name) throws IOException {
    List<String> lines = Files.readAllLines(folder.resolve(name + ".log"));
    return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES), lines.size()));
  }

  private List<String> all(List<String> options) {
    List<String> all = new ArrayList<>(options);
    all.add("-Dkubernetes.config.file=" + kubeconfig);
    for (String key :
        List.of("rest.bind-address", "jobmanager.bind-host", "taskmanager.bind-host")) {
      all.add("-D" + key + "=127.0.0.1");
    }
    return all;
  }

  private List<String> flags(Path home) throws IOException {
    List<String> flags = new ArrayList<>(List.of("-Xmx1g", "-XX:+UseSerialGC"));
    flags.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:MaxMetaspaceSize=512m"));
    flags.add("-Djava.io.tmpdir=" + Files.createDirectories(home.resolve("tmp")));
    flags.add("-Dlog.file=" + folder.resolve(home.getFileName() + ".file.log"));
    flags.add("-Dlog4j2.configurationFile=" + conf.resolve("log4j-console.properties"));
    // Those of this process are Flink's.
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(flag -> flag.startsWith("--add-opens"))
        .forEach(flags::add);
    flags.addAll(List.of("-cp", classPath()));
    return flags;
  }

  /** As the image has it: Flink's own jars, and not those of the job. */
  private String classPath() throws IOException {
    List<String> jars = new ArrayList<>();
    DistFolder.jars(dist.flinkLib()).forEach(jar -> jars.add(jar.toString()));
    try {
      jars.add(
          Path.of(
                  KubernetesApplicationClusterEntrypoint.class
                      .getProtectionDomain()
                      .getCodeSource()
                      .getLocation()
                      .toURI())
              .toString());
    } catch (URISyntaxException e) {
      throw new IOException("flink-kubernetes.jar cannot be found: " + e.getMessage(), e);
    }
    return String.join(File.pathSeparator, jars);
  }
}
