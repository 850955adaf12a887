package io.sluice.runtime.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.decode.SchemaLookup;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StrangersTest {
  private static final long MINUTE = Strangers.AGAIN_MILLIS;

  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private final Registry registry = new Registry();
  private final Strangers strangers = new Strangers(registry, waiting::add);

  /** Notes what it is asked. */
  private static final class Registry implements SchemaLookup {
    private static final long serialVersionUID = 1L;
    private final List<Integer> asked = new ArrayList<>();
    private final Set<Integer> own = new HashSet<>();
    private boolean down;
    private boolean broken;

    @Override
    public Optional<List<String>> schema(int id) {
      throw new AssertionError("only the subjects are asked for");
    }

    @Override
    public boolean mayAddColumnsByNow(int id) throws IOException {
      asked.add(id);
      if (down) {
        throw new IOException("down");
      }
      if (broken) {
        throw new IllegalStateException("an answer that nobody expects");
      }
      return own.contains(id);
    }
  }

  private void answerAll() {
    while (!waiting.isEmpty()) {
      waiting.remove().run();
    }
  }

  @Test
  void isAskedForOnceAMinuteHoweverManyRecordsNameIt() {
    strangers.add(7, 0);
    for (long now = 0; now < 3 * MINUTE; now += 10) {
      assertThat(strangers.hasBecomeOwn(7, now)).isFalse();
      answerAll();
    }
    assertThat(registry.asked).containsExactly(7, 7);
  }

  @Test
  void isNoStrangerOnceItIsRegisteredUnderTheTopic() {
    strangers.add(7, 0);
    registry.own.add(7);
    assertThat(strangers.hasBecomeOwn(7, MINUTE - 1)).isFalse();
    assertThat(strangers.hasBecomeOwn(7, MINUTE)).isFalse();
    answerAll();
    assertThat(strangers.hasBecomeOwn(7, MINUTE + 1)).isTrue();
    assertThat(strangers.contains(7)).isFalse();
    assertThat(strangers.hasBecomeOwn(7, 2 * MINUTE)).isFalse();
    assertThat(registry.asked).containsExactly(7);
  }

  @Test
  void oneQuestionIsUnderwayAtATime() {
    registry.own.add(7);
    strangers.add(7, 0);
    strangers.add(8, 0);
    strangers.hasBecomeOwn(7, MINUTE);
    strangers.hasBecomeOwn(8, MINUTE);
    assertThat(waiting).hasSize(1);
    answerAll();
    // A record of the other one takes the answer, and it is not lost.
    long pause = Strangers.PAUSE_MILLIS;
    strangers.hasBecomeOwn(8, MINUTE + pause - 1);
    assertThat(waiting).as("questions before the pause is over").isEmpty();
    strangers.hasBecomeOwn(8, MINUTE + pause);
    assertThat(waiting).hasSize(1);
    assertThat(strangers.hasBecomeOwn(7, MINUTE + pause)).isTrue();
  }

  @Test
  void whateverTheRegistryAnswersTheRecordsGoOn() {
    strangers.add(7, 0);
    registry.broken = true;
    strangers.hasBecomeOwn(7, MINUTE);
    answerAll();
    assertThat(strangers.hasBecomeOwn(7, MINUTE)).isFalse();
    assertThat(strangers.contains(7)).isTrue();
  }

  @Test
  void aRegistryThatIsDownIsAskedAgainAMinuteLater() {
    strangers.add(7, 0);
    registry.down = true;
    strangers.hasBecomeOwn(7, MINUTE);
    answerAll();
    registry.down = false;
    registry.own.add(7);
    assertThat(strangers.hasBecomeOwn(7, 2 * MINUTE - 1)).isFalse();
    answerAll();
    assertThat(strangers.hasBecomeOwn(7, 2 * MINUTE)).isFalse();
    answerAll();
    assertThat(strangers.hasBecomeOwn(7, 2 * MINUTE)).isTrue();
    assertThat(registry.asked).containsExactly(7, 7);
  }
}
