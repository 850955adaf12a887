package io.sluice.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.command.DemoCommand;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

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
    CommandSpec demo = new CommandLine(new DemoCommand()).getCommandSpec();
    long events = defaultOf(demo, "--events");
    long rate = defaultOf(demo, "--rate");
    assertThat(sendingFor(Duration.ofSeconds(events / rate)).suffices()).isTrue();
    assertThat(sendingFor(Duration.ofSeconds(10)).suffices()).isFalse();
  }

  private static long defaultOf(CommandSpec command, String option) {
    return Long.parseLong(command.findOption(option).defaultValue());
  }
}
