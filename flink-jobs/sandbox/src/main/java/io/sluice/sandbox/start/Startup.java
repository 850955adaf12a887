package io.sluice.sandbox.start;

import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.process.SandboxException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Starts several components side by side. Either all are ready at the end or none that was started
 * here runs, also when the launcher is interrupted or ended in between.
 */
public final class Startup {
  private static final long LONGEST_COMMAND_SECONDS = 15;

  private final Starter starter;

  public Startup(Starter starter) {
    this.starter = starter;
  }

  public void run(List<Component> components) {
    Thread hook = new Thread(starter::abort, "sandbox-abort");
    Runtime.getRuntime().addShutdownHook(hook);
    boolean done = false;
    try {
      startAll(components);
      done = true;
    } finally {
      if (!done) {
        abort();
      }
      remove(hook);
    }
  }

  private void startAll(List<Component> components) {
    ExecutorService threads = Executors.newFixedThreadPool(components.size());
    try {
      ExecutorCompletionService<Component> starts = new ExecutorCompletionService<>(threads);
      List<Component> open = new ArrayList<>(components);
      components.forEach(component -> starts.submit(() -> starter.start(component), component));
      while (!open.isEmpty()) {
        open.remove(starts.take().get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("The start was interrupted.", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SandboxException known) {
        throw known;
      }
      throw new SandboxException("The start failed: " + e.getCause(), e);
    } finally {
      threads.shutdownNow();
      awaitEnd(threads);
    }
  }

  /** A command that a thread is in the middle of, such as initdb, must not outlive the launcher. */
  private static void awaitEnd(ExecutorService threads) {
    boolean interrupted = Thread.interrupted();
    try {
      threads.awaitTermination(LONGEST_COMMAND_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Also under interruption, which must not cut the clean-up short. */
  private void abort() {
    boolean interrupted = Thread.interrupted();
    starter.abort();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException endingAlready) {
      awaitEnd(hook);
    }
  }

  private static void awaitEnd(Thread hook) {
    try {
      hook.join(TimeUnit.SECONDS.toMillis(30));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
