package io.sluice.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TransactionTimeoutsTest {
  @Test
  void acceptsATimeoutThatCoversCheckpointAndRestart() {
    assertThatCode(() -> check(900_000, 600)).doesNotThrowAnyException();
  }

  @Test
  void namesEveryReasonWithItsNumbers() {
    assertThatThrownBy(() -> check(400_000, 361))
        .hasMessageContaining("larger than 361000 ms = checkpoint interval 1000");
    assertThatThrownBy(() -> check(400_000, 401))
        .hasMessageContaining("the broker allows at most 400000 ms");
    assertThatThrownBy(() -> check(30_000, 60))
        .hasMessageContaining("must be larger")
        .hasMessageContaining("at most 30000 ms");
  }

  private static void check(long brokerMaxMs, int seconds) {
    TransactionTimeouts.check(
        brokerMaxMs,
        Duration.ofSeconds(seconds),
        Duration.ofSeconds(1),
        Duration.ofSeconds(60),
        Duration.ofSeconds(300));
  }
}
