package io.sluice.sandbox;

import io.sluice.sandbox.cds.ClassArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What all servers of a stack have in common. */
record Setting(SandboxHome home, DistFolder dist, Ports ports, SandboxOptions options) {

  Endpoints endpoints() {
    return Endpoints.of(ports, home);
  }

  Server server(Component component, Progress progress) {
    return switch (component) {
      case POSTGRES -> new PostgresServer(this, progress);
      case REDIS -> new RedisServer(this, progress);
      case KAFKA -> new KafkaServer(this);
      case REGISTRY -> new RegistryServer(this);
      case JOBMANAGER -> new JobManagerServer(this);
      case TASKMANAGER -> new TaskManagerServer(this);
    };
  }

  /**
   * The JVM's options to share the loaded classes of a server with its next starts. There are none
   * when the class path has folders, or when the archive's place has a name that the JVM takes for
   * two files.
   *
   * @param instance a name that is new at each start
   */
  List<String> sharing(Component component, String mainClass, List<Path> classPath, String instance)
      throws IOException {
    Path shared = dist.archives();
    boolean writable = Files.isWritable(Files.exists(shared) ? shared : shared.getParent());
    Path folder = writable ? shared : home.data().resolve("archives");
    if (folder.toString().contains(":") || !classPath.stream().allMatch(Files::isRegularFile)) {
      return List.of();
    }
    Files.createDirectories(folder);
    return ClassArchive.of(folder, component.id(), mainClass, classPath).flags(instance);
  }

  Path data(Component component) {
    return home.data(component);
  }
}
