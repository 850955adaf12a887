package io.sluice.connectors.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class FlushWhenIdleTest {
  private final Queue<Runnable> mails = new ArrayDeque<>();
  private long now;
  private int flushes;
  private final FlushWhenIdle flush = new FlushWhenIdle(mails::add, () -> now, () -> flushes++);

  @Test
  void updatesThatFollowEachOtherAreFlushedTogether() {
    for (int i = 0; i < 5; i++) {
      flush.updated();
      mails.remove().run();
    }
    assertThat(flushes).isZero();
    mails.remove().run();
    assertThat(flushes).isOne();
    assertThat(mails).isEmpty();
  }

  @Test
  void eachBurstIsFlushed() {
    for (int i = 1; i <= 3; i++) {
      flush.updated();
      flush.updated();
      mails.remove().run();
      mails.remove().run();
      assertThat(flushes).isEqualTo(i);
    }
  }

  @Test
  void doesNotWaitForTheEndOfAStream() {
    flush.updated();
    while (flushes == 0) {
      now += FlushWhenIdle.MAX_DELAY_NANOS / 10;
      flush.updated();
      mails.remove().run();
    }
    assertThat(now).isEqualTo(FlushWhenIdle.MAX_DELAY_NANOS);
    // What came with the flush is flushed next.
    flush.updated();
    mails.remove().run();
    mails.remove().run();
    assertThat(flushes).isEqualTo(2);
  }
}
