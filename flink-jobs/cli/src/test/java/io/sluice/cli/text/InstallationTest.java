package io.sluice.cli.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {
  @TempDir private Path root;

  @Test
  void aDistributionKeepsItsStateWithTheUser() throws IOException {
    Files.createDirectory(root.resolve("lib"));
    Files.createFile(root.resolve("lib/sluice-cli.jar"));
    Installation installation = Installation.at(root, Path.of("/users/ada"), "bin/sluice");
    assertThat(installation.defaultHome()).isEqualTo(Path.of("/users/ada/.sluice"));
    assertThat(installation.jobJar()).isEqualTo(root.resolve("job/sluice-job.jar"));
    assertThat(installation.serverFiles()).isEqualTo(root.resolve("servers"));
    assertThat(installation.shippedPipelines()).isEqualTo(root.resolve("pipelines"));
  }

  @Test
  void aSourceTreeKeepsItsStateInItself() {
    Installation installation = Installation.at(root, Path.of("/users/ada"), "./sluice");
    assertThat(installation).isEqualTo(Installation.ofSources(root));
    assertThat(installation.defaultHome()).isEqualTo(root.resolve(".sluice"));
    assertThat(installation.serverFiles())
        .isEqualTo(root.resolve("flink-jobs/sandbox/dist/target/servers"));
  }
}
