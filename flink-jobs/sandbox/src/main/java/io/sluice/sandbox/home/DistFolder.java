package io.sluice.sandbox.home;

import io.sluice.sandbox.process.SandboxException;
import io.sluice.sandbox.process.Sentences;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The servers' files: {@code flink-jobs/sandbox/dist/target/servers} of a built tree, {@code
 * servers} of a distribution. The layout is the same.
 *
 * @param root absolute
 */
public record DistFolder(Path root) {
  /** How the folder of a built tree ends. */
  private static final Path BUILT = Path.of("target", "servers");

  private static final String VERSION = "version";

  public DistFolder {
    root = root.toAbsolutePath().normalize();
  }

  public Path kafkaLib() {
    return root.resolve("kafka/lib");
  }

  public Path flinkLib() {
    return root.resolve("flink/lib");
  }

  public Path registry() {
    return root.resolve("registry");
  }

  public Path registryJar() {
    return only(registry(), "apicurio-registry-app-", "-runner.jar");
  }

  /** What Flink loads by class loaders of their own: its file system on S3. */
  public Path flinkPlugins() {
    return root.resolve("flink/plugins");
  }

  private Path objectStore() {
    return root.resolve("s3");
  }

  public Path objectStoreJar() {
    return only(objectStore(), "s3proxy-", "-jar-with-dependencies.jar");
  }

  /** Redis and PostgreSQL as they were packed. */
  public Path binaries() {
    return root.resolve("binaries");
  }

  /** Where they are unpacked for all homes, if the tree is writable. */
  public Path unpacked() {
    return root.resolve("unpacked");
  }

  /** Classes of the servers as their JVMs have loaded them, if the tree is writable. */
  public Path archives() {
    return root.resolve("archives");
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
                    "%s holds no file '%s*%s': build the servers' files with 'mvn -Dquick package', or unpack the servers of the distribution again."
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

  /**
   * Checks that the files are there, and of the version that asks for them.
   *
   * @throws SandboxException with how to get them
   */
  public void require() {
    for (Path folder :
        List.of(kafkaLib(), flinkLib(), flinkPlugins(), registry(), binaries(), objectStore())) {
      if (!Files.isDirectory(folder)) {
        throw new SandboxException(missing(folder));
      }
    }
    requireSameVersion();
  }

  private String missing(Path folder) {
    if (root.endsWith(BUILT)) {
      return "The servers' files are not built (%s is missing): run 'mvn -Dquick package' first."
          .formatted(folder);
    }
    return "The servers are not installed (%s is missing). They are an archive of their own, of the same version as Sluice: %s"
        .formatted(folder, unpack());
  }

  private String unpack() {
    return "tar -xzf sluice-*-servers.tar.gz --strip-components=1 -C '%s'"
        .formatted(root.getParent().toString().replace("'", "'\\''"));
  }

  /** Both archives of a distribution tell their version; a built tree has neither file. */
  private void requireSameVersion() {
    Path own = root.resolveSibling(VERSION);
    Path servers = root.resolve(VERSION);
    if (!Files.exists(own) || !Files.exists(servers)) {
      return;
    }
    try {
      String expected = Files.readString(own).strip();
      String found = Files.readString(servers).strip();
      if (!found.equals(expected)) {
        throw new SandboxException(
            "The servers in %s are of version %s, but Sluice is %s: remove that folder, then unpack both archives of one version again."
                .formatted(root, found, expected));
      }
    } catch (IOException e) {
      throw new SandboxException(
          "The versions in %s and %s cannot be compared: %s."
              .formatted(own, servers, Sentences.reason(e)),
          e);
    }
  }
}
