package io.sluice.distribution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackerTest {
  private static final String TIME = "2026-01-01T00:00:00Z";
  private static final String LONG = "n".repeat(120) + ".jar";
  private static final String SERVERS = "flink-jobs/sandbox/dist/target/servers/";

  @TempDir private Path folder;
  private Path repository;

  @BeforeEach
  void build() throws IOException {
    repository = folder.resolve("clone");
    write("sluice", "#!/bin/sh");
    write("CHANGELOG.md", "changes");
    write("k8s/Dockerfile", "FROM x");
    write("k8s/Dockerfile.dockerignore", "*");
    write("distribution/src/main/files/README.md", "read");
    write("flink-jobs/cli/target/sluice-cli.jar", "cli");
    write("flink-jobs/cli/target/lib/" + LONG, "library");
    write("flink-jobs/job/target/sluice-job.jar", "job");
    write("flink-jobs/pipelines/a.yaml", "a");
    write("flink-jobs/pipelines/Kustomization", "k");
    write("schemas/README.md", "r");
    write("schemas/x/ä.avsc", "ä");
    for (String file :
        new String[] {
          "kafka/lib/k.jar",
          "flink/lib/f.jar",
          "flink/plugins/s3/p.jar",
          "registry/r.jar",
          "binaries/b.txz",
          "s3/s.jar",
          "unpacked/u",
          "archives/c.jsa"
        }) {
      write(SERVERS + file, file);
    }
  }

  private void write(String name, String text) throws IOException {
    Path file = repository.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private Path pack(String name) throws IOException {
    Path target = folder.resolve(name);
    Packer.main(new String[] {repository.toString(), target.toString(), "1.2.3", TIME});
    return target;
  }

  @Test
  void bothArchivesAreUnpackedIntoOneFolder() throws IOException {
    Path target = pack("target");
    Map<String, Entry> sluice = Entry.all(target.resolve("sluice-1.2.3.tar.gz"));
    Map<String, Entry> servers = Entry.all(target.resolve("sluice-1.2.3-servers.tar.gz"));

    assertThat(sluice)
        .containsKeys(
            "sluice-1.2.3/lib/" + LONG,
            "sluice-1.2.3/lib/sluice-cli.jar",
            "sluice-1.2.3/job/sluice-job.jar",
            "sluice-1.2.3/pipelines/a.yaml",
            "sluice-1.2.3/schemas/x/ä.avsc",
            "sluice-1.2.3/servers/flink/plugins/s3/p.jar",
            "sluice-1.2.3/README.md",
            "sluice-1.2.3/Dockerfile",
            "sluice-1.2.3/version")
        .doesNotContainKey("sluice-1.2.3/pipelines/Kustomization");
    assertThat(sluice.get("sluice-1.2.3/bin/sluice").text()).isEqualTo("#!/bin/sh");
    assertThat(servers)
        .containsOnlyKeys(
            "sluice-1.2.3/",
            "sluice-1.2.3/servers/",
            "sluice-1.2.3/servers/binaries/",
            "sluice-1.2.3/servers/binaries/b.txz",
            "sluice-1.2.3/servers/flink/",
            "sluice-1.2.3/servers/flink/lib/",
            "sluice-1.2.3/servers/flink/lib/f.jar",
            "sluice-1.2.3/servers/kafka/",
            "sluice-1.2.3/servers/kafka/lib/",
            "sluice-1.2.3/servers/kafka/lib/k.jar",
            "sluice-1.2.3/servers/registry/",
            "sluice-1.2.3/servers/registry/r.jar",
            "sluice-1.2.3/servers/s3/",
            "sluice-1.2.3/servers/s3/s.jar",
            "sluice-1.2.3/servers/version");
    assertThat(target).isDirectoryNotContaining("glob:**.draft");
  }

  @Test
  void tellsNothingOfWhoBuilds() throws IOException {
    Map<String, Entry> sluice = Entry.all(pack("target").resolve("sluice-1.2.3.tar.gz"));
    assertThat(sluice)
        .allSatisfy(
            (name, entry) -> {
              boolean open = name.endsWith("/") || name.endsWith("bin/sluice");
              assertThat(entry.mode() & 0777).as(name).isEqualTo(open ? 0755 : 0644);
              assertThat(entry.owner()).isEqualTo("0::0:");
              assertThat(entry.time()).isEqualTo(Instant.parse(TIME));
            });
  }

  @Test
  void theSameFilesGiveTheSameBytes() throws IOException {
    Path first = pack("first");
    Path changed = repository.resolve("flink-jobs/cli/target/sluice-cli.jar");
    Files.setLastModifiedTime(changed, FileTime.from(Instant.EPOCH));
    Files.setPosixFilePermissions(changed, PosixFilePermissions.fromString("rwx------"));
    Path second = pack("second");
    for (String name : new String[] {"sluice-1.2.3.tar.gz", "sluice-1.2.3-servers.tar.gz"}) {
      assertThat(second.resolve(name)).hasSameBinaryContentAs(first.resolve(name));
    }
  }

  @Test
  void saysWhatIsNotBuilt() throws IOException {
    Path job = repository.resolve("flink-jobs/job/target/sluice-job.jar");
    Files.delete(job);
    assertThatThrownBy(() -> pack("target"))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll(job.toString(), "mvn package");
    Files.createSymbolicLink(job, repository.resolve("sluice"));
    assertThatThrownBy(() -> pack("target")).hasMessageContaining("is no file");
    assertThat(folder.resolve("target")).isEmptyDirectory();
  }

  private record Entry(int mode, String owner, Instant time, String text) {
    static Map<String, Entry> all(Path archive) throws IOException {
      Map<String, Entry> entries = new java.util.LinkedHashMap<>();
      try (var tar =
          new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(archive)), "UTF-8")) {
        for (TarArchiveEntry next = tar.getNextEntry(); next != null; next = tar.getNextEntry()) {
          Entry entry =
              new Entry(
                  next.getMode(),
                  "%d:%s:%d:%s"
                      .formatted(
                          next.getLongUserId(),
                          next.getUserName(),
                          next.getLongGroupId(),
                          next.getGroupName()),
                  next.getLastModifiedTime().toInstant(),
                  new String(tar.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
          assertThat(entries.put(next.getName(), entry)).as("twice: " + next.getName()).isNull();
        }
      }
      return entries;
    }
  }
}
