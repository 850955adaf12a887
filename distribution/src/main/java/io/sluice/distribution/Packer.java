package io.sluice.distribution;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;

/**
 * Packs what the build has made into the two archives of a distribution. Both have the same folder
 * at their top, so that they are unpacked over each other.
 */
public final class Packer {
  private final Path repository;
  private final String version;
  private final Instant time;

  /**
   * @param repository the source tree, built
   * @param version of Sluice; names the folder in the archives
   * @param time of each file in the archives
   */
  Packer(Path repository, String version, Instant time) {
    this.repository = repository.toAbsolutePath().normalize();
    this.version = Objects.requireNonNull(version, "version");
    this.time = Objects.requireNonNull(time, "time");
  }

  /**
   * Packs both archives.
   *
   * @param arguments the source tree, the folder of the archives, version, time of the files
   */
  public static void main(String[] arguments) throws IOException {
    Path target = Files.createDirectories(Path.of(arguments[1]));
    removeArchives(target);
    Packer packer = new Packer(Path.of(arguments[0]), arguments[2], Instant.parse(arguments[3]));
    packer.pack(packer.sluice(), target.resolve("sluice-%s.tar.gz".formatted(arguments[2])));
    packer.pack(
        packer.servers(), target.resolve("sluice-%s-servers.tar.gz".formatted(arguments[2])));
  }

  /** Those of another version would be taken for what was just built. */
  private static void removeArchives(Path target) throws IOException {
    try (DirectoryStream<Path> archives = Files.newDirectoryStream(target, "sluice-*.tar.gz")) {
      for (Path archive : archives) {
        Files.delete(archive);
      }
    }
  }

  /** All but the servers. */
  Content sluice() throws IOException {
    return new Content()
        .text("version", version + "\n")
        .program("bin/sluice", repository.resolve("sluice"))
        .folder("", repository.resolve("distribution/src/main/files"))
        .file("CHANGELOG.md", repository.resolve("CHANGELOG.md"))
        .file("Dockerfile", repository.resolve("k8s/Dockerfile"))
        .file("Dockerfile.dockerignore", repository.resolve("k8s/Dockerfile.dockerignore"))
        .file("lib/sluice-cli.jar", repository.resolve("flink-jobs/cli/target/sluice-cli.jar"))
        .folder("lib", repository.resolve("flink-jobs/cli/target/lib"))
        .file("job/sluice-job.jar", repository.resolve("flink-jobs/job/target/sluice-job.jar"))
        .folder("pipelines", repository.resolve("flink-jobs/pipelines"))
        .folder("schemas", repository.resolve("schemas"))
        // Beside the servers, but commands and the image need it without them.
        .folder("servers/flink/plugins", built("flink/plugins"));
  }

  /** What the sandbox starts. */
  Content servers() throws IOException {
    return new Content()
        .text("servers/version", version + "\n")
        .folder("servers/kafka/lib", built("kafka/lib"))
        .folder("servers/flink/lib", built("flink/lib"))
        .folder("servers/registry", built("registry"))
        .folder("servers/binaries", built("binaries"))
        .folder("servers/s3", built("s3"));
  }

  private Path built(String part) {
    return repository.resolve("flink-jobs/sandbox/dist/target/servers").resolve(part);
  }

  /** The archive is either absent or whole. */
  private void pack(Content content, Path archive) throws IOException {
    Path draft = archive.resolveSibling(archive.getFileName() + ".draft");
    try (TarGz tar = TarGz.create(draft, "sluice-" + version, time)) {
      content.writeTo(tar);
    }
    Files.move(draft, archive);
  }
}
