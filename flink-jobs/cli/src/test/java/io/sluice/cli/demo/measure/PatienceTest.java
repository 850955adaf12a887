package io.sluice.cli.demo.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.text.CommandFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PatienceTest {
  @Test
  void asksUntilThereIsAnAnswer() {
    var asked = new AtomicInteger();
    String answer =
        Patience.ask(
            "Redis",
            () -> {
              if (asked.incrementAndGet() < 3) {
                throw new Patience.NotNow(new IOException("refused"));
              }
              return "here";
            });
    assertThat(answer).isEqualTo("here");
    assertThat(asked).hasValue(3);
  }

  @Test
  void givesUpWithOneSentence() {
    assertThatThrownBy(
            () ->
                Patience.ask(
                    "Redis",
                    Duration.ZERO,
                    () -> {
                      throw new Patience.NotNow(new IOException("refused"));
                    }))
        .isInstanceOf(CommandFailure.class)
        .hasMessage(
            "Redis does not answer any more (refused). 'sluice status' shows whether it runs.");
  }
}
