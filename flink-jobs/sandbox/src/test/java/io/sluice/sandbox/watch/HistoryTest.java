package io.sluice.sandbox.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HistoryTest {

  private static final long HOUR = Duration.ofHours(1).toMillis();

  @Test
  void startsAgainAtOnceWhatHadAnswered() {
    History history = History.fresh().started(7).nowAnswers().ended(1000, "broke");
    assertThat(history.pause()).isZero();
    assertThat(history.abandoned()).isFalse();
    assertThat(history.endings()).containsExactly(new Ending(1000, "broke", true));
    assertThat(history.started(9).answered()).isFalse();
  }

  @Test
  void waitsTwiceAsLongAfterEachFailureAndGivesUpAfterFive() {
    History history = History.fresh().nowAnswers().ended(0, "broke");
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < History.MOST_FAILURES; i++) {
      assertThat(history.abandoned()).isFalse();
      history = history.started(0).ended(0, "ended with exit code 1");
      pauses.add(history.pause().toSeconds());
    }
    assertThat(pauses).containsExactly(1L, 2L, 4L, 8L, 16L);
    assertThat(history.gaveUp())
        .isEqualTo("it failed to start 5 times in a row; last it ended with exit code 1");
  }

  @Test
  void startsAgainAtMostThirtyTimesAnHour() {
    History history = History.fresh();
    for (int i = 0; i < History.MOST_AN_HOUR; i++) {
      history = history.started(0).nowAnswers().ended(i, "broke");
    }
    assertThat(history.abandoned()).isFalse();
    assertThat(history.nowAnswers().ended(HOUR - 1, "broke").gaveUp())
        .isEqualTo("it ended 31 times within an hour; last it broke");
    assertThat(history.nowAnswers().ended(HOUR + 10, "broke").abandoned()).isFalse();
  }

  @Test
  void tellsWhatAnExitCodeMeans() {
    assertThat(Ending.meaning(3)).isEqualTo("ended with exit code 3");
    assertThat(Ending.meaning(137)).startsWith("was ended by signal 9 (SIGKILL), by a user or");
    assertThat(Ending.meaning(139)).isEqualTo("was ended by signal 11 (SIGSEGV)");
    assertThat(Ending.meaning(128 + 40)).isEqualTo("was ended by signal 40");
    assertThat(Ending.meaning(239)).isEqualTo("ended with exit code 239");
    assertThat(Ending.meaning(Keeper.UNKNOWN)).contains("unknown exit code");
  }
}
