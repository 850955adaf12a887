package io.sluice.cli.demo;

import io.sluice.cli.text.CommandFailure;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Runs a demo and leaves no process behind: not at its end, not on a failure, not on Ctrl-C. */
public final class DemoSession {
  /** The exit code that a shell gives a command ended by Ctrl-C. */
  static final int INTERRUPTED = 130;

  private static final long LEAVE_SECONDS = 20;

  private final DemoStack stack;
  private final DemoConsole console;
  private final Thread runner = Thread.currentThread();
  private final CountDownLatch left = new CountDownLatch(1);
  private volatile boolean stopping;

  /** What is shown, and whether every check passed. */
  @FunctionalInterface
  public interface Demo {
    boolean run() throws IOException, InterruptedException;
  }

  public DemoSession(DemoStack stack, DemoConsole console) {
    this.stack = stack;
    this.console = console;
  }

  /**
   * Runs the demo and, unless it is to exit, stays until Ctrl-C.
   *
   * @return 0 when every check passed, 1 when one failed, {@value #INTERRUPTED} after Ctrl-C
   */
  public int run(Demo demo, boolean exit) {
    var onCtrlC = new Thread(this::stop, "demo-stop");
    Runtime.getRuntime().addShutdownHook(onCtrlC);
    try {
      boolean pass = demo.run();
      if (!exit) {
        new CountDownLatch(1).await();
      }
      return pass ? 0 : 1;
    } catch (InterruptedException e) {
      return stack.lostServer().isPresent()
          ? failed(new CommandFailure("A server is lost.", e))
          : INTERRUPTED;
    } catch (IOException e) {
      return failed(new CommandFailure("A server of the demo failed: " + e.getMessage(), e));
    } catch (RuntimeException e) {
      return failed(e);
    } finally {
      leave(onCtrlC);
    }
  }

  private int failed(RuntimeException failure) {
    if (stopping) {
      // What fails now fails because everything is being stopped.
      return INTERRUPTED;
    }
    if (stack.lostServer().isPresent()) {
      // What fails now fails because of that; the interruption must not reach the clean-up.
      Thread.interrupted();
      throw new CommandFailure(stack.lostServer().get(), failure);
    }
    throw failure;
  }

  private void leave(Thread onCtrlC) {
    try {
      if (!stopping) {
        stack.down();
        Runtime.getRuntime().removeShutdownHook(onCtrlC);
      }
    } catch (IllegalStateException e) {
      // Ctrl-C came while everything was being stopped: the hook goes through it once more.
      stopping = true;
    } finally {
      left.countDown();
    }
  }

  /** On Ctrl-C: first the demo itself ends, so that it starts nothing any more. */
  private void stop() {
    stopping = true;
    runner.interrupt();
    try {
      if (!left.await(LEAVE_SECONDS, TimeUnit.SECONDS)) {
        console.say("The demo does not react; stopping its processes all the same.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    stack.down();
  }
}
