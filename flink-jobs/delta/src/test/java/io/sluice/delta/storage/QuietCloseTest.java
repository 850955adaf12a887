package io.sluice.delta.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QuietCloseTest {
  @Test
  void closesAllWhateverFails() {
    List<String> closed = new ArrayList<>();
    QuietClose.all(
        "a test",
        () -> {
          throw new IllegalStateException("invalid state COLUMN");
        },
        null,
        () -> {
          throw new IOException("disk");
        },
        () -> closed.add("last"));
    assertThat(closed).containsExactly("last");
  }

  @Test
  void anInterruptStays() {
    QuietClose.all(
        "a test",
        () -> {
          throw new InterruptedException();
        });
    assertThat(Thread.interrupted()).isTrue();
  }
}
