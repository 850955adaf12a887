package io.sluice.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {
  @TempDir private Path folder;

  @Test
  void waitsForAProgramThatIsStillOpenForWriting() throws Exception {
    Path program = folder.resolve("true");
    Files.copy(Path.of("/bin/true").toRealPath(), program);
    assertThat(program.toFile().setExecutable(true)).isTrue();
    final CompletableFuture<Commands.Result> result;
    try (OutputStream open = Files.newOutputStream(program, StandardOpenOption.APPEND)) {
      open.flush();
      result =
          CompletableFuture.supplyAsync(
              () -> Commands.tryRun(List.of(program.toString()), Map.of(), ""));
      assertThatThrownBy(() -> result.get(100, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
    }
    assertThat(result.get(5, TimeUnit.SECONDS).succeeded()).isTrue();
  }
}
