package io.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class WarmUpTest {
  private static WarmUp sendingFor(Duration time) {
    return WarmUp.of(time.toNanos() / 1_000);
  }

  @Test
  void leavesOutFortySecondsButMeasuresHalfOfTheTimeAtLeast() {
    assertThat(sendingFor(Duration.ofMinutes(5)).seconds()).isEqualTo(40);
    assertThat(sendingFor(Duration.ofSeconds(50)).seconds()).isEqualTo(25);
    assertThat(sendingFor(Duration.ofMillis(5)).micros()).isEqualTo(2_500);
    assertThat(sendingFor(Duration.ZERO).micros()).isZero();
  }

  @Test
  void theDefaultsOfTheDemoMeasureAWarmJob() {
    long events = 100_000;
    long rate = 2_000;
    assertThat(sendingFor(Duration.ofSeconds(events / rate)).suffices()).isTrue();
    assertThat(sendingFor(Duration.ofSeconds(10)).suffices()).isFalse();
  }
}
