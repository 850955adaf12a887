package io.sluice.sandbox.ha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two holders in one process; two processes are in {@code JobManagerRestartITCase}. */
class DirectoryLockTest {

  @TempDir Path directory;

  @Test
  void theSecondHolderIsRefusedUntilTheFirstOneIsGone() throws Exception {
    try (DirectoryLock first = new DirectoryLock(directory);
        DirectoryLock second = new DirectoryLock(directory)) {
      first.acquire();
      for (int attempt = 0; attempt < 2; attempt++) {
        assertThatThrownBy(second::acquire)
            .isInstanceOf(IOException.class)
            .hasMessageContaining(directory.toString())
            .hasMessageContaining("belongs to a running JobManager")
            .hasMessageContaining("Stop that one first");
      }
      assertThat(second.isHeld()).isFalse();

      first.close();
      second.acquire();
      assertThat(second.isHeld()).isTrue();
    }
  }

  @Test
  void takingItAgainChangesNothing() throws Exception {
    try (DirectoryLock lock = new DirectoryLock(directory)) {
      lock.acquire();
      lock.acquire();
      assertThat(lock.isHeld()).isTrue();
      lock.close();
      lock.close();
      assertThat(lock.isHeld()).isFalse();
    }
  }

  @Test
  void theFileNamesTheHolder() throws Exception {
    try (DirectoryLock lock = new DirectoryLock(directory)) {
      lock.acquire();
      assertThat(directory.resolve("lock")).hasContent("" + ProcessHandle.current().pid());
    }
  }
}
