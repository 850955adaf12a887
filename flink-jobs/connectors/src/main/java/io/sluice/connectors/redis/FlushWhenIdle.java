package io.sluice.connectors.redis;

import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Flushes as soon as a task has worked off what there was to do, at the latest a millisecond after
 * the first update: the updates of one fetch leave together, none of them waits for a timer.
 *
 * <p>Whether there is more to do is seen from the mailbox. A task takes turns between its mails and
 * its input; a mail that finds no update since its last turn knows that the input has run dry.
 *
 * <p>Called by the task thread only.
 */
final class FlushWhenIdle {
  static final long MAX_DELAY_NANOS = 1_000_000;

  private final Consumer<Runnable> mailbox;
  private final LongSupplier nanoTime;
  private final Runnable flush;
  private final Runnable look = this::look;

  private boolean waiting;
  private boolean updated;
  private long since;

  /**
   * @param mailbox takes what is to be run in the task thread after the next element of its input
   * @param flush must not throw
   */
  FlushWhenIdle(Consumer<Runnable> mailbox, LongSupplier nanoTime, Runnable flush) {
    this.mailbox = mailbox;
    this.nanoTime = nanoTime;
    this.flush = flush;
  }

  /** There is something to flush. */
  void updated() {
    updated = true;
    if (!waiting) {
      waiting = true;
      since = nanoTime.getAsLong();
      mailbox.accept(look);
    }
  }

  private void look() {
    if (updated && nanoTime.getAsLong() - since < MAX_DELAY_NANOS) {
      updated = false;
      mailbox.accept(look);
    } else {
      waiting = false;
      flush.run();
    }
  }
}
