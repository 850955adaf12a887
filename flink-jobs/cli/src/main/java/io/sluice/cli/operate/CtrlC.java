package io.sluice.cli.operate;

import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;

/**
 * Lets a command that was interrupted bring a pipeline to a safe end first. The process ends when
 * this is closed.
 */
final class CtrlC implements BooleanSupplier, AutoCloseable {
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

  private void await() {
    asked = true;
    try {
      safe.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether the process shall end. */
  @Override
  public boolean getAsBoolean() {
    return asked;
  }

  @Override
  public void close() {
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
