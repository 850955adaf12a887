package io.sluice.delta.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class S3ClockTest {

  private long machine = 5_000;
  private final S3Clock clock = new S3Clock(() -> machine);

  /** A reply of a store that is ahead by an amount, which rounds to seconds. */
  private void reply(long ahead, long toStore, long fromStore) {
    long asked = clock.now();
    machine += toStore;
    long date = Math.floorDiv(machine + ahead, 1000L) * 1000;
    machine += fromStore;
    clock.replied(Optional.of(date), asked);
  }

  private long error(long ahead) {
    return clock.millis().orElseThrow() - (machine + ahead);
  }

  @Test
  void itIsNotKnownBeforeAReply() {
    assertThat(clock.millis()).isEmpty();
    clock.replied(Optional.empty(), clock.now());
    assertThat(clock.millis()).isEmpty();
  }

  @Test
  void itComesCloserWithEachReply() {
    Random random = new Random(1);
    reply(1_000_000, 20, 20);
    assertThat(error(1_000_000)).isBetween(-1040L, 40L);
    for (int i = 0; i < 200; i++) {
      machine += random.nextInt(5_000);
      reply(1_000_000, random.nextInt(20), random.nextInt(20));
      assertThat(error(1_000_000)).isBetween(-1040L, 40L);
    }
    assertThat(error(1_000_000)).isBetween(-100L, 40L);
  }

  @Test
  void itFollowsAStoreWhoseClockIsSet() {
    for (long ahead : new long[] {0, 3_600_000, -3_600_000, 500}) {
      reply(ahead, 5, 5);
      assertThat(error(ahead)).isBetween(-1010L, 1010L);
    }
  }
}
