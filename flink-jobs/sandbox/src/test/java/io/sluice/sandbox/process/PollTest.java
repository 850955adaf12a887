package io.sluice.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PollTest {
  private static final Duration OFTEN = Duration.ofNanos(1);
  private static final Duration LONG = Duration.ofMinutes(1);

  private final AtomicInteger looks = new AtomicInteger();

  @Test
  void looksUntilItHasHappened() throws InterruptedException {
    assertThat(Poll.until(() -> looks.incrementAndGet() == 3, OFTEN, LONG)).isTrue();
    assertThat(looks).hasValue(3);
  }

  @Test
  void looksOnceMoreThanTheTimeAllows() throws InterruptedException {
    assertThat(Poll.until(() -> looks.incrementAndGet() < 0, OFTEN, Duration.ZERO)).isFalse();
    assertThat(looks).hasPositiveValue();
  }

  @Test
  void whatCannotBeLookedAtEndsTheWait() {
    assertThatThrownBy(
            () ->
                Poll.until(
                    () -> {
                      throw new IOException("gone");
                    },
                    OFTEN,
                    LONG))
        .isInstanceOf(IOException.class);
  }

  @Test
  void asksUntilThereIsAnAnswer() throws IOException, InterruptedException {
    assertThat(Poll.answer(this::thirdTime, IOException.class::isInstance, OFTEN, LONG))
        .isEqualTo("here");
    assertThat(looks).hasValue(3);
  }

  @Test
  void theFailureIsTheCallersWhenItDoesNotPassOrTheTimeIsOver() {
    assertThatThrownBy(() -> Poll.answer(this::thirdTime, failure -> false, OFTEN, LONG))
        .hasMessage("busy 1");
    assertThatThrownBy(
            () -> Poll.answer(this::thirdTime, failure -> true, OFTEN, Duration.ofNanos(-1)))
        .hasMessage("busy 2");
  }

  private String thirdTime() throws IOException {
    if (looks.incrementAndGet() < 3) {
      throw new IOException("busy " + looks);
    }
    return "here";
  }

  @Test
  void anInterruptEndsAStart() {
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> Poll.await(() -> false, LONG, LONG))
        .isInstanceOf(SandboxException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
