package io.sluice.sandbox.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The credentials of a home's object store. */
class ObjectStoreKeysTest {
  @TempDir private Path directory;

  @Test
  void areRandomPrivateAndKept() throws IOException {
    Path folder = directory.resolve("secrets");
    assertThat(ObjectStoreKeys.read(folder)).isEmpty();
    ObjectStoreKeys made = ObjectStoreKeys.create(folder);
    assertThat(ObjectStoreKeys.read(folder)).contains(made);
    assertThat(made.accessKey()).matches("[A-Za-z0-9_-]{32}").isNotEqualTo(made.secretKey());
    assertThat(ObjectStoreKeys.create(directory.resolve("other")).secretKey())
        .isNotEqualTo(made.secretKey());
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(ObjectStoreKeys.file(folder))))
        .isEqualTo("rw-------");
  }

  @Test
  void areNotShown() throws IOException {
    ObjectStoreKeys made = ObjectStoreKeys.create(directory.resolve("secrets"));
    assertThat(made.toString()).doesNotContain(made.accessKey(), made.secretKey());
  }

  @Test
  void aKeyThatIsCutOffIsNamedAndNotShown() throws IOException {
    Path folder = directory.resolve("secrets");
    ObjectStoreKeys made = ObjectStoreKeys.create(folder);
    Path file = ObjectStoreKeys.file(folder);
    String cut = made.secretKey().substring(0, 20);
    Files.writeString(file, Files.readString(file).replace(made.secretKey(), cut));
    assertThatThrownBy(() -> ObjectStoreKeys.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("secret-key", file.toString(), "cut off")
        .hasMessageNotContaining(cut);
  }
}
