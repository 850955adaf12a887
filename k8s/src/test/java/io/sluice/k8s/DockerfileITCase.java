package io.sluice.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;

/** The build makes the two files that the image is made of. */
class DockerfileITCase {

  @Test
  void theFilesOfTheImageAreThere() throws IOException {
    Path plugin = copied(0);
    Path job = copied(1);
    try (JarFile files = new JarFile(plugin.toFile())) {
      assertThat(files.getEntry("META-INF/services/org.apache.flink.core.fs.FileSystemFactory"))
          .isNotNull();
    }
    try (JarFile files = new JarFile(job.toFile())) {
      String entry = Manifests.file("base/market-risk.yaml").at("/spec/job/entryClass").asText();
      assertThat(files.getEntry(entry.replace('.', '/') + ".class")).isNotNull();
      assertThat(files.getManifest().getMainAttributes().getValue("Main-Class")).isEqualTo(entry);
    }
  }

  private static Path copied(int line) throws IOException {
    return Manifests.REPOSITORY.resolve(DockerfileTest.copies().get(line).group(1));
  }
}
