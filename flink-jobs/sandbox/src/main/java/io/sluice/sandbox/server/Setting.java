package io.sluice.sandbox.server;

import io.sluice.sandbox.cds.ClassArchive;
import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.home.DistFolder;
import io.sluice.sandbox.home.Endpoints;
import io.sluice.sandbox.home.ObjectStore;
import io.sluice.sandbox.home.Ports;
import io.sluice.sandbox.home.Progress;
import io.sluice.sandbox.home.SandboxHome;
import io.sluice.sandbox.home.SandboxOptions;
import io.sluice.sandbox.process.SandboxException;
import io.sluice.sandbox.process.Sentences;
import io.sluice.sandbox.secrets.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** What all servers of a stack have in common. */
public record Setting(SandboxHome home, DistFolder dist, Ports ports, SandboxOptions options) {

  Endpoints endpoints() {
    return Endpoints.of(ports, home, home.passwords());
  }

  /** Empty while servers run that an earlier version started without passwords. */
  Optional<Secrets> secrets() {
    return home.passwords();
  }

  /** The object store; empty if tables are on disk. */
  Optional<ObjectStore> objects() {
    return endpoints().objects();
  }

  /** How Flink's REST is spoken to; empty without TLS. */
  Optional<SSLContext> flinkContext() {
    return home.flinkKey()
        .map(
            key -> {
              try {
                return key.context();
              } catch (IOException e) {
                throw new SandboxException(Sentences.capitalised(Sentences.reason(e)) + ".", e);
              }
            });
  }

  public Server server(Component component, Progress progress) {
    return switch (component) {
      case POSTGRES -> new PostgresServer(this, progress);
      case REDIS -> new RedisServer(this, progress);
      case KAFKA -> new KafkaServer(this);
      case REGISTRY -> new RegistryServer(this);
      case S3 -> new S3Server(this);
      case JOBMANAGER -> new JobManagerServer(this);
      case TASKMANAGER -> new TaskManagerServer(this);
    };
  }

  /**
   * The JVM's options to share the loaded classes of a server with its next starts. There are none
   * when they are not wanted or not possible, when the class path has folders, or when the
   * archive's place has a name that the JVM takes for two files.
   *
   * @param instance a name that is new at each start
   */
  List<String> sharing(Component component, String mainClass, List<Path> classPath, String instance)
      throws IOException {
    if (!options.classArchives() || !ClassArchive.isPossible()) {
      return List.of();
    }
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
