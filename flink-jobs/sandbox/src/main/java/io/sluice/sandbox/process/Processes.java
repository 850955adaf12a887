package io.sluice.sandbox.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What the operating system knows about processes. A process is named by its number and its mark,
 * so that a process that got the number later is never taken for it.
 */
public final class Processes {

  /**
   * Position of the start time in /proc/PID/stat, counted from the state, which follows the name.
   */
  private static final int START_TIME = 19;

  private Processes() {}

  /**
   * What tells a running process from others of the same number, before and after it. On Linux boot
   * and clock tick of its start, which no adjustment of the clock changes. Empty if there is no
   * such process or it is dead and only waits for its parent to notice.
   */
  public static Optional<String> mark(long pid) {
    Path stat = Path.of("/proc", Long.toString(pid), "stat");
    if (!Files.exists(Path.of("/proc/self/stat"))) {
      return ProcessHandle.of(pid)
          .filter(ProcessHandle::isAlive)
          .flatMap(handle -> handle.info().startInstant())
          .map(start -> Long.toString(start.toEpochMilli()));
    }
    try {
      String line = Files.readString(stat);
      // The name stands in brackets and may hold anything, brackets and blanks too.
      String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
      boolean dead = fields[0].equals("Z") || fields[0].equals("X");
      return dead ? Optional.empty() : Optional.of(boot() + "/" + fields[START_TIME]);
    } catch (NoSuchFileException gone) {
      return Optional.empty();
    } catch (IOException e) {
      // The kernel answers "no such process" when it ends between opening and reading.
      if (Files.exists(stat) && mayStillRun(e)) {
        throw new SandboxException("Process " + pid + " cannot be looked at: " + e.getMessage(), e);
      }
      return Optional.empty();
    }
  }

  public static boolean isAlive(ServerProcess process) {
    return mark(process.pid()).filter(process.start()::equals).isPresent();
  }

  /** The process and what it started, parents first; empty if it is gone. */
  public static List<ServerProcess> tree(ServerProcess process) {
    if (!isAlive(process)) {
      return List.of();
    }
    List<ServerProcess> all = new ArrayList<>(List.of(process));
    ProcessHandle.of(process.pid()).stream()
        .flatMap(ProcessHandle::descendants)
        .forEach(
            child ->
                mark(child.pid())
                    .ifPresent(
                        start ->
                            all.add(new ServerProcess(child.pid(), start, process.instance()))));
    return all;
  }

  /** Sends a signal, such as {@code INT}, that Java has no call for. */
  public static void signal(ServerProcess process, String signal) {
    if (!isAlive(process)) {
      return;
    }
    switch (signal) {
      case "TERM" -> ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroy);
      case "KILL" -> ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
      default ->
          Commands.run(List.of("sh", "-c", "kill -" + signal + " " + process.pid()), "a signal");
    }
  }

  /** Waits until the process is gone; false if it still runs at the end of the time. */
  public static boolean awaitEnd(ServerProcess process, Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (isAlive(process)) {
      if (System.nanoTime() >= end) {
        return false;
      }
      pause(process.pid(), Duration.ofMillis(50));
    }
    return true;
  }

  /** Returns when the process ends or the time is over, whichever is first. */
  public static void pause(long pid, Duration time) {
    Optional<ProcessHandle> handle = ProcessHandle.of(pid);
    if (handle.isEmpty()) {
      return;
    }
    try {
      handle.get().onExit().get(time.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException stillRunning) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("Waiting for a server was interrupted.", e);
    } catch (ExecutionException e) {
      throw new SandboxException("Process " + pid + " cannot be watched: " + e.getMessage(), e);
    }
  }

  /** Lets some time pass between two looks at something that tells nobody when it changes. */
  public static void pause(Duration time) {
    try {
      TimeUnit.MILLISECONDS.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("Waiting was interrupted.", e);
    }
  }

  private static boolean mayStillRun(IOException e) {
    return e.getMessage() == null || !e.getMessage().contains("No such process");
  }

  private static String boot() throws IOException {
    Path id = Path.of("/proc/sys/kernel/random/boot_id");
    return Files.exists(id) ? Files.readString(id).strip() : "boot";
  }
}
