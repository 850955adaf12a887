package io.sluice.delta.rewind;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.delta.commit.SavedSink;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RestoredTransactionsTest {
  private static final long NO_ROW = Long.MIN_VALUE;

  private final RestoredTransactions restored =
      new RestoredTransactions(List.of(new SavedSink("p.silver", "one", 5)), 5);

  @Test
  void fencesLetTheReplayPass() {
    assertThat(
            restored.between(
                Map.of("position:t/0", 90L, "position:t/1", 7L, "position:u/0", 3L),
                Map.of("position:t/0", 40L, "position:t/1", 7L)))
        .containsEntry("position:t/0", 40L)
        .containsEntry("position:u/0", NO_ROW)
        .doesNotContainKey("position:t/1");
  }

  @Test
  void checkpointsStayAndStatesBehindTheSavepointAreMarked() {
    assertThat(
            restored.between(
                Map.of("p.silver/one", 9L, "p.silver/two", 8L, "p.silver/zero", 2L, "other/x", 9L),
                Map.of("p.silver/one", 5L, "p.silver/zero", 2L)))
        .isEqualTo(Map.of("rewound:p.silver/one", 5L, "rewound:p.silver/two", -1L));
  }

  @Test
  void marksAreAsTheyWereThen() {
    assertThat(
            restored.between(
                Map.of(
                    "p.silver/one",
                    5L,
                    "p.silver/zero",
                    2L,
                    "rewound:p.silver/one",
                    3L,
                    "rewound:p.silver/zero",
                    -1L),
                Map.of("p.silver/one", 5L, "p.silver/zero", 2L)))
        .isEqualTo(Map.of("rewound:p.silver/one", 5L, "rewound:p.silver/zero", Long.MAX_VALUE));
  }
}
