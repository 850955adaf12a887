package io.sluice.delta.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A Java process with the class path of this one. It may name the moment of its own death: then it
 * tells so and stands still until its parent kills it, so that no shutdown hook, no finally and no
 * flush runs.
 */
public final class ChildProcess implements AutoCloseable {

  /** The exit code of a process that a SIGKILL ended: 128 and the number of the signal. */
  public static final int KILLED = 128 + 9;

  private static final String WAITS = "waits to be killed";

  private final Process process;
  private final StringBuffer output = new StringBuffer();
  private final CompletableFuture<Boolean> waits;

  private ChildProcess(Process process) {
    this.process = process;
    waits =
        CompletableFuture.supplyAsync(
            this::readUntilItWaits,
            task -> new Thread(task, "output of process " + process.pid()).start());
  }

  /**
   * @param options of the virtual machine
   * @param arguments of the main method
   */
  public static ChildProcess start(List<String> options, Class<?> main, String... arguments)
      throws IOException {
    return start(TestingStorage.environment(), options, main, arguments);
  }

  /**
   * @param environment more variables than this process has
   * @param options of the virtual machine
   * @param arguments of the main method
   */
  public static ChildProcess start(
      Map<String, String> environment, List<String> options, Class<?> main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1"));
    command.addAll(TestingStorage.options());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return new ChildProcess(builder.start());
  }

  /** Called by the process itself; never returns. */
  public static void waitToBeKilled() {
    System.out.println(WAITS);
    while (true) {
      LockSupport.park();
    }
  }

  private boolean readUntilItWaits() {
    try (BufferedReader lines = process.inputReader()) {
      String line = lines.readLine();
      while (line != null && !line.equals(WAITS)) {
        output.append(line).append('\n');
        line = lines.readLine();
      }
      return line != null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether it waits to be killed; false if it ends without, or the time is up. */
  public boolean waits(Duration atMost) {
    return waits.copy().completeOnTimeout(false, atMost.toNanos(), TimeUnit.NANOSECONDS).join();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Sends SIGKILL, and returns the exit code. */
  public int kill() throws InterruptedException {
    // Not the process's own method: it closes what the process has said, too.
    process.toHandle().destroyForcibly();
    return process.waitFor();
  }

  /** The exit code of a process that ends on its own. */
  public int exitCode(Duration atMost) throws InterruptedException {
    if (!process.waitFor(atMost.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new AssertionError("The process did not end within " + atMost + ". It said: " + output);
    }
    return process.exitValue();
  }

  /** What it has said. */
  public String output() {
    return output.toString();
  }

  /** Leaves no process behind, whatever happened. */
  @Override
  public void close() throws InterruptedException {
    kill();
    waits.join();
  }
}
