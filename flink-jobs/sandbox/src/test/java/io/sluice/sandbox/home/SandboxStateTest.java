package io.sluice.sandbox.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.sandbox.process.Processes;
import io.sluice.sandbox.process.SandboxException;
import io.sluice.sandbox.process.ServerProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxStateTest {

  @TempDir Path folder;
  private SandboxHome home;

  @BeforeEach
  void createHome() {
    home = new SandboxHome(folder);
    home.create(Progress.silent());
  }

  @Test
  void comesBackAsItWasWritten() {
    SandboxState state =
        SandboxState.empty(SandboxOptions.standard())
            .with(Component.KAFKA, new ServerProcess(7, "boot/9", "kafka-1"))
            .with(Component.REDIS, new ServerProcess(8, "boot/10", "redis-1"))
            .without(Component.REDIS);
    state.write(home);
    assertThat(SandboxState.read(home)).contains(state);
  }

  @Test
  void isAbsentInANewHome() {
    assertThat(SandboxState.read(home)).isEmpty();
  }

  @Test
  void refusesAFileThatItDidNotWrite() throws Exception {
    Files.writeString(home.stateFile(), "{\"ports\":");
    assertThatThrownBy(() -> SandboxState.read(home))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining(home.stateFile().toString());
  }

  @Test
  void neverTakesAnotherProcessForItsOwn() {
    long own = ProcessHandle.current().pid();
    String mark = Processes.mark(own).orElseThrow();
    ServerProcess same = new ServerProcess(own, mark, "x");
    ServerProcess former = new ServerProcess(own, "boot/1", "x");
    assertThat(Processes.isAlive(same)).isTrue();
    assertThat(Processes.isAlive(former)).isFalse();
    assertThat(Processes.tree(former)).isEmpty();
    Processes.signal(former, "KILL");
    assertThat(Processes.isAlive(same)).isTrue();
  }

  @Test
  void admitsOneLauncherAtATime() {
    try (HomeLock first = HomeLock.take(home)) {
      first.requireHeld();
      assertThatThrownBy(() -> HomeLock.take(home))
          .isInstanceOf(SandboxException.class)
          .hasMessageContaining("Another launcher")
          .hasMessageContaining(home.root().toString());
    }
    HomeLock.take(home).close();
  }

  @Test
  void namesAFolderThatCannotBeWritten() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");
    assertThatThrownBy(() -> new SandboxHome(file).create(Progress.silent()))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("--home");
  }
}
