package io.sluice.cli.demo.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.demo.trade.DemoClock;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class ServingProbeTest {
  private final DemoClock clock = new DemoClock();
  private final Queue<long[]> answers = new ArrayDeque<>();
  private final ServingProbe probe = new ServingProbe(clock, answers::remove, 2);

  @Test
  void growthOfAVersionIsTheArrivalOfItsEvents() {
    long now = clock.micros();
    answers.add(new long[] {0, 0});
    answers.add(new long[] {2, 0});
    answers.add(new long[] {2, 1});
    answers.add(new long[] {3, 1});
    for (int i = 0; i < 4; i++) {
      probe.look();
    }
    long minute = 60_000_000;
    List<long[]> sent =
        List.of(
            new long[] {now - minute, now - minute, now - minute}, new long[] {now - 2 * minute});

    Percentiles all = probe.percentiles(sent, 0);

    assertThat(all.samples()).isEqualTo(4);
    assertThat(all.p50()).isBetween(59_900.0, 61_000.0);
    assertThat(all.max()).isBetween(119_000.0, 122_000.0);
    assertThat(probe.percentiles(sent, now - minute).samples()).isEqualTo(3);
  }

  @Test
  void nothingSeenIsNothingMeasured() {
    assertThat(probe.percentiles(List.of(new long[1], new long[0]), 0))
        .isEqualTo(Percentiles.none())
        .hasToString("not measured");
  }
}
