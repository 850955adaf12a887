package io.sluice.sandbox.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is private has its rights from the start, and loses those that others had. */
class PrivateFilesTest {
  @TempDir private Path directory;

  private static String rights(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void aNewFolderIsPrivate() throws IOException {
    Path folder = directory.resolve("a/b");
    assertThat(PrivateFiles.folder(folder)).isFalse();
    assertThat(rights(folder)).isEqualTo("rwx------");
    assertThat(PrivateFiles.isOpen(folder)).isFalse();
  }

  @Test
  void anOpenFolderIsShutUnlessOthersMayOnlyPass() throws IOException {
    for (String open : new String[] {"rwxr-xr-x", "rwxrwx---", "rwx-----x", "rwx--x---"}) {
      Path folder = Files.createDirectory(directory.resolve(open));
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(open));
      assertThat(PrivateFiles.isOpen(folder)).as(open).isTrue();
      assertThat(PrivateFiles.folder(folder)).as(open).isTrue();
      assertThat(rights(folder)).isEqualTo("rwx------");
    }
    Path passed = Files.createDirectory(directory.resolve("passed"));
    PrivateFiles.letPass(passed);
    assertThat(PrivateFiles.folder(passed)).isFalse();
    assertThat(rights(passed)).isEqualTo("rwx--x--x");
  }

  @Test
  void aFileIsPrivateWhoeverWroteTheOneBefore() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "before");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    PrivateFiles.write(file, "after");
    assertThat(file).hasContent("after");
    assertThat(rights(file)).isEqualTo("rw-------");
    assertThat(directory).isDirectoryNotContaining("glob:**.draft");

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    PrivateFiles.close(file);
    assertThat(rights(file)).isEqualTo("rw-------");
  }
}
