package io.sluice.cli.operate;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/**
 * Lets a command that was interrupted bring a pipeline to a safe end first. The process ends when
 * this is closed and the command has said what became of it.
 */
public final class CtrlC implements BooleanSupplier, AutoCloseable {
  /** For a program that runs commands and releases nothing. */
  private static final long LONGEST_REPORT_SECONDS = 5;

  private static final AtomicReference<CtrlC> ENDED = new AtomicReference<>();

  private final CountDownLatch reported = new CountDownLatch(1);
  private final CountDownLatch safe = new CountDownLatch(1);
  private final Thread hook = new Thread(this::await, "ctrl-c");
  private volatile boolean asked;

  private CtrlC() {}

  /** Watches until it is closed. */
  static CtrlC watch() {
    CtrlC watch = new CtrlC();
    Runtime.getRuntime().addShutdownHook(watch.hook);
    return watch;
  }

  /** What the process does when it is interrupted. */
  void await() {
    asked = true;
    try {
      safe.await();
      // The handler of errors prints after this was closed; the time is a limit, not an answer.
      reported.await(LONGEST_REPORT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the process shall end. */
  @Override
  public boolean getAsBoolean() {
    return asked;
  }

  /** Lets a process that was interrupted end: everything is said. */
  public static void release() {
    CtrlC ended = ENDED.getAndSet(null);
    if (ended != null) {
      ended.reported.countDown();
    }
  }

  @Override
  public void close() {
    ENDED.set(this);
    safe.countDown();
    if (!asked) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // It came this very moment, and finds that all is safe.
        asked = true;
      }
    }
  }
}
