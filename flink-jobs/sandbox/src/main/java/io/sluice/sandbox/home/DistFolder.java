package io.sluice.sandbox.home;

import io.sluice.sandbox.process.SandboxException;
import io.sluice.sandbox.process.Sentences;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The servers' files as the build laid them out: {@code flink-jobs/sandbox/dist} of a built tree.
 *
 * @param root absolute
 */
public record DistFolder(Path root) {

  public DistFolder {
    root = root.toAbsolutePath().normalize();
  }

  public Path kafkaLib() {
    return root.resolve("kafka/target/lib");
  }

  public Path flinkLib() {
    return root.resolve("flink/target/lib");
  }

  public Path registry() {
    return root.resolve("servers/target/registry");
  }

  public Path registryJar() {
    return only(registry(), "apicurio-registry-app-", "-runner.jar");
  }

  /** What Flink loads by class loaders of their own: its file system on S3. */
  public Path flinkPlugins() {
    return root.resolve("flink/target/plugins");
  }

  private Path objectStore() {
    return root.resolve("servers/target/s3");
  }

  public Path objectStoreJar() {
    return only(objectStore(), "s3proxy-", "-jar-with-dependencies.jar");
  }

  /** Redis and PostgreSQL as they were packed. */
  public Path binaries() {
    return root.resolve("servers/target/binaries");
  }

  /** Where they are unpacked for all homes, if the tree is writable. */
  public Path unpacked() {
    return root.resolve("servers/target/unpacked");
  }

  /** Classes of the servers as their JVMs have loaded them, if the tree is writable. */
  public Path archives() {
    return root.resolve("servers/target/archives");
  }

  /** The jars of a folder, by name. */
  public static List<Path> jars(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  /** The one file of a folder with such a name. */
  public static Path only(Path folder, String start, String end) {
    return find(folder, start, end)
        .orElseThrow(
            () ->
                new SandboxException(
                    "%s holds no file '%s*%s': build the servers' files with 'mvn -DskipTests package'."
                        .formatted(folder, start, end)));
  }

  static java.util.Optional<Path> find(Path folder, String start, String end) {
    if (!Files.isDirectory(folder)) {
      return java.util.Optional.empty();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(
              file -> {
                String name = file.getFileName().toString();
                return name.startsWith(start) && name.endsWith(end);
              })
          .sorted()
          .findFirst();
    } catch (IOException e) {
      throw new SandboxException(
          "%s cannot be listed: %s.".formatted(folder, Sentences.reason(e)), e);
    }
  }

  /** Fails when the build did not lay the files out. */
  public void require() {
    for (Path folder :
        List.of(kafkaLib(), flinkLib(), flinkPlugins(), registry(), binaries(), objectStore())) {
      if (!Files.isDirectory(folder)) {
        throw new SandboxException(
            "The servers' files are not built (%s is missing): run 'mvn -Dquick package' first."
                .formatted(folder));
      }
    }
  }
}
