package io.sluice.sandbox.start;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.home.Progress;
import io.sluice.sandbox.home.SandboxHome;
import io.sluice.sandbox.process.SandboxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReviverTest {

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(Component.class)
  void aServerWhoseFilesHaveGoneDoesNotComeBackEmpty(Component component) {
    SandboxHome home = new SandboxHome(folder);
    home.create(Progress.silent());
    assertThatThrownBy(() -> Reviver.requireData(home, component))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("is gone, and with it what " + component.title() + " held");
  }

  @Test
  void aServerWithItsFilesDoes() throws Exception {
    SandboxHome home = new SandboxHome(folder);
    home.create(Progress.silent());
    Path database = Files.createDirectories(home.data(Component.POSTGRES).resolve("db"));
    Files.writeString(database.resolve("PG_VERSION"), "17");
    assertThatCode(() -> Reviver.requireData(home, Component.POSTGRES)).doesNotThrowAnyException();
  }
}
