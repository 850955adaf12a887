package io.sluice.sandbox.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.sandbox.process.SandboxException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxHomeTest {
  @TempDir Path folder;

  private SandboxHome open(String name) throws IOException {
    Path root = Files.createDirectory(folder.resolve(name));
    Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxr-xr-x"));
    return new SandboxHome(root);
  }

  private static String rights(SandboxHome home) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(home.root()));
  }

  @Test
  void aFolderThatOthersUseIsNotShut() throws IOException {
    SandboxHome home = open("project");
    Files.writeString(home.root().resolve("README"), "x");
    assertThatThrownBy(() -> home.create(Progress.silent()))
        .isInstanceOf(SandboxException.class)
        .hasMessageContainingAll(home.root().toString(), "holds other things", "--home DIR");
    assertThat(rights(home)).isEqualTo("rwxr-xr-x");
    assertThat(home.root()).isDirectoryNotContaining("glob:**lake");
  }

  @Test
  void anEmptyFolderAndAHomeAreShut() throws IOException {
    SandboxHome empty = open("empty");
    empty.create(Progress.silent());
    assertThat(rights(empty)).isEqualTo("rwx------");
    try (Stream<Path> made = Files.list(empty.root())) {
      assertThat(made.toList())
          .hasSize(5)
          .allSatisfy(
              part ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(part)))
                      .isEqualTo("rwx------"));
    }

    SandboxHome logs = open("logs");
    Files.createDirectory(logs.logs());
    logs.create(Progress.silent());
    assertThat(rights(logs)).isEqualTo("rwx------");

    Files.setPosixFilePermissions(empty.root(), PosixFilePermissions.fromString("rwxrwxr-x"));
    Files.writeString(empty.root().resolve("notes"), "x");
    empty.create(Progress.silent());
    assertThat(rights(empty)).isEqualTo("rwx------");
  }
}
