package io.sluice.sandbox.process;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

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

  /**
   * Something that may not have an answer yet.
   *
   * @param <E> how asking may fail
   */
  @FunctionalInterface
  public interface Question<T, E extends Exception> {
    T ask() throws E, InterruptedException;
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
   * Asks at once, and again after each pause while asking fails in a way that may pass.
   *
   * @param passes whether a failure may pass
   * @param every the pause between two questions
   * @param atMost after which the next failure is the caller's
   */
  public static <T, E extends Exception> T answer(
      Question<T, E> question, Predicate<Exception> passes, Duration every, Duration atMost)
      throws E, InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    while (true) {
      try {
        return question.ask();
      } catch (Exception e) {
        if (!passes.test(e) || System.nanoTime() - end > 0) {
          throw e;
        }
      }
      TimeUnit.NANOSECONDS.sleep(every.toNanos());
    }
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
