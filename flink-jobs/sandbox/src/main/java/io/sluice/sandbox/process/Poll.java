package io.sluice.sandbox.process;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Waits for something that tells nobody when it happens, by looking at it again and again. */
public final class Poll {

  /**
   * Something that may have happened.
   *
   * @param <E> how looking at it may fail, which ends the wait
   */
  @FunctionalInterface
  public interface Condition<E extends Exception> {
    boolean holds() throws E, InterruptedException;
  }

  private Poll() {}

  /**
   * Looks at once, and again after each pause.
   *
   * @param every the pause between two looks
   * @param atMost after which the last look is taken
   * @return false if it has not happened in that time
   */
  public static <E extends Exception> boolean until(
      Condition<E> condition, Duration every, Duration atMost) throws E, InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() - end > 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.sleep(every.toNanos());
    }
    return true;
  }

  /**
   * Waits like {@link #until} for who starts and stops servers.
   *
   * @throws SandboxException if the thread is interrupted, and stays so
   */
  public static <E extends Exception> boolean await(
      Condition<E> condition, Duration every, Duration atMost) throws E {
    try {
      return until(condition, every, atMost);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("Waiting was interrupted.", e);
    }
  }
}
