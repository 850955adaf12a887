package io.sluice.sandbox.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The passwords of a home. */
class SecretsTest {
  @TempDir private Path directory;

  @Test
  void areRandomPrivateAndKept() throws IOException {
    Path folder = directory.resolve("secrets");
    assertThat(Secrets.read(folder)).isEmpty();
    Secrets made = Secrets.create(folder);
    assertThat(Secrets.read(folder)).contains(made);
    assertThat(List.of(made.redis(), made.redisOwner(), made.postgres(), made.postgresOwner()))
        .doesNotHaveDuplicates()
        .allMatch(password -> password.matches("[A-Za-z0-9_-]{32}"));
    assertThat(Secrets.create(directory.resolve("other")).redis()).isNotEqualTo(made.redis());
    for (Path path : List.of(folder, Secrets.file(folder))) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
          .endsWith("------");
    }
  }

  @Test
  void areNotShown() throws IOException {
    Secrets made = Secrets.create(directory.resolve("secrets"));
    assertThat(made.toString() + List.of(made))
        .doesNotContain(made.redis(), made.redisOwner(), made.postgres(), made.postgresOwner());
  }

  @Test
  void aPasswordThatIsCutOffIsNamedAndNotShown() throws IOException {
    Path folder = directory.resolve("secrets");
    Secrets made = Secrets.create(folder);
    Path file = Secrets.file(folder);
    String cut = made.postgres().substring(0, 20);
    Files.writeString(file, Files.readString(file).replace(made.postgres(), cut));
    assertThatThrownBy(() -> Secrets.read(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContainingAll("postgres.sluice", file.toString(), "cut off")
        .hasMessageNotContaining(cut);
  }
}
