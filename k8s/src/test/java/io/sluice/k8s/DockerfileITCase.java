package io.sluice.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive of the build holds what the image is made of. */
class DockerfileITCase {
  @TempDir private Path context;

  @Test
  void theFilesOfTheImageAreInTheDistribution() throws Exception {
    List<DockerfileTest.Copy> copies = DockerfileTest.copies();
    unpack(copies.stream().flatMap(copy -> copy.sources().stream()).toList());
    assertThat(copies)
        .flatExtracting(DockerfileTest.Copy::sources)
        .allSatisfy(source -> assertThat(context.resolve(source)).exists());
    try (JarFile files = jar(copies.get(0))) {
      assertThat(files.getEntry("META-INF/services/org.apache.flink.core.fs.FileSystemFactory"))
          .isNotNull();
    }
    try (JarFile files = jar(copies.get(1))) {
      String entry = Manifests.file("base/market-risk.yaml").at("/spec/job/entryClass").asText();
      assertThat(files.getEntry(entry.replace('.', '/') + ".class")).isNotNull();
      assertThat(files.getManifest().getMainAttributes().getValue("Main-Class")).isEqualTo(entry);
    }
    assertThat(context.resolve("bin/sluice")).isExecutable();
  }

  private JarFile jar(DockerfileTest.Copy copy) throws IOException {
    return new JarFile(context.resolve(copy.sources().get(0)).toFile());
  }

  private void unpack(List<String> sources) throws Exception {
    Path archive;
    try (Stream<Path> files = Files.list(Manifests.REPOSITORY.resolve("distribution/target"))) {
      archive =
          files
              .filter(file -> file.toString().endsWith(".tar.gz"))
              .filter(file -> !file.toString().endsWith("-servers.tar.gz"))
              .findFirst()
              .orElseThrow();
    }
    String top = archive.getFileName().toString().replace(".tar.gz", "");
    List<String> words =
        new ArrayList<>(List.of("tar", "-xzf", archive.toString(), "--strip-components=1"));
    sources.forEach(source -> words.add(top + "/" + source));
    Process tar = new ProcessBuilder(words).directory(context.toFile()).inheritIO().start();
    assertThat(tar.waitFor()).isZero();
  }
}
