package io.sluice.cli.submit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.TestingCommands;
import io.sluice.cli.TestingPlatform;
import io.sluice.cli.platform.Endpoints;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JobJarsTest {
  @TempDir private Path folder;

  @Test
  void theJarOfTheBuildUnderAnotherNameIsStillThatOfTheBuild() throws Exception {
    TestingPlatform platform = new TestingCommands(folder).platform();
    Endpoints at = platform.servers(folder).endpoints().orElseThrow();
    Path built = jar("built.jar", "io/sluice/job/Main.class");
    Path copy = Files.copy(built, folder.resolve("copy.jar"));
    Path other = jar("other.jar", "io/sluice/job/Main.class", "Another.class");
    JobJars jars = new JobJars(platform.cluster(at), built, step -> {});
    assertThat(jars.chosen(copy).chosen()).isFalse();
    assertThat(jars.chosen(other).chosen()).isTrue();
  }

  private Path jar(String name, String... entries) throws Exception {
    Path jar = folder.resolve(name);
    try (OutputStream file = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(file)) {
      for (String entry : entries) {
        zip.putNextEntry(new ZipEntry(entry));
      }
    }
    return jar;
  }
}
