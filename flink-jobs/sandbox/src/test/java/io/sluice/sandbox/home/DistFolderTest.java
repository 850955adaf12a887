package io.sluice.sandbox.home;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.sandbox.process.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DistFolderTest {
  @TempDir private Path folder;

  @Test
  void ofASourceTreeSaysHowToBuildIt() {
    Path built = folder.resolve("dist/target/servers");
    assertThatThrownBy(new DistFolder(built)::require)
        .isInstanceOf(SandboxException.class)
        .hasMessageContainingAll(built.resolve("kafka/lib").toString(), "'mvn -Dquick package'");
  }

  @Test
  void ofADistributionSaysHowToUnpackIt() {
    Path root = folder.resolve("it's mine");
    assertThatThrownBy(new DistFolder(root.resolve("servers"))::require)
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("The servers are not installed")
        .hasMessageEndingWith(" -C '" + root.toString().replace("'", "'\\''") + "'");
  }

  @Test
  void serversMustBeOfTheVersionOfSluice() throws IOException {
    Path servers = folder.resolve("servers");
    for (String part :
        List.of("kafka/lib", "flink/lib", "flink/plugins", "registry", "binaries", "s3")) {
      Files.createDirectories(servers.resolve(part));
    }
    DistFolder files = new DistFolder(servers);
    assertThatCode(files::require).as("a built tree").doesNotThrowAnyException();
    Files.writeString(folder.resolve("version"), "2\n");
    Files.writeString(servers.resolve("version"), "2\n");
    assertThatCode(files::require).doesNotThrowAnyException();
    Files.writeString(servers.resolve("version"), "1\n");
    assertThatThrownBy(files::require)
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("are of version 1, but Sluice is 2: remove that folder");
  }
}
