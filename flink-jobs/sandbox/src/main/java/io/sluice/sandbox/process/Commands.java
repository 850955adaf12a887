package io.sluice.sandbox.process;

import io.sluice.sandbox.secrets.CleanEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Runs short commands to their end. */
public final class Commands {

  /** ETXTBSY of Linux, as the JDK reports it. */
  private static final String TEXT_FILE_BUSY = "error=26,";

  private static final Duration LONGEST_BUSY = Duration.ofSeconds(5);
  private static final Duration BUSY_PAUSE = Duration.ofMillis(5);

  private Commands() {}

  /**
   * What a command that ended printed, both streams together.
   *
   * @param code exit code, 0 for success
   */
  public record Result(int code, String output) {

    public boolean succeeded() {
      return code == 0;
    }

    /** The last line that is not empty. */
    public String lastLine() {
      List<String> lines = output.lines().filter(line -> !line.isBlank()).toList();
      return lines.isEmpty() ? "exit code " + code : lines.get(lines.size() - 1).strip();
    }
  }

  /** Runs a command that has to succeed. */
  public static String run(List<String> command, String purpose) {
    return run(command, purpose, Path.of(""));
  }

  /** Runs a command that has to succeed in a working directory. */
  public static String run(List<String> command, String purpose, Path folder) {
    Result result = tryRun(builder(command).directory(folder.toAbsolutePath().toFile()), "");
    if (!result.succeeded()) {
      throw new SandboxException(
          "The command for %s failed: %s (%s)."
              .formatted(purpose, result.lastLine(), String.join(" ", command)));
    }
    return result.output();
  }

  /** Runs a command that may fail. */
  public static Result tryRun(List<String> command, Map<String, String> environment, String input) {
    ProcessBuilder builder = builder(command);
    builder.environment().putAll(environment);
    return tryRun(builder, input);
  }

  /** A program that is to start with what servers get of this process's environment. */
  public static ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    CleanEnvironment.apply(builder.environment());
    return builder;
  }

  private static Result tryRun(ProcessBuilder builder, String input) {
    String tool = builder.command().get(0);
    Process process = start(builder.redirectErrorStream(true), tool);
    try (InputStream output = process.getInputStream()) {
      try (OutputStream stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String text = new String(output.readAllBytes(), StandardCharsets.UTF_8);
      return new Result(process.waitFor(), text);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("The command " + tool + " was interrupted.", e);
    } catch (IOException e) {
      throw new SandboxException(
          "The command %s broke off: %s.".formatted(tool, Sentences.reason(e)), e);
    } finally {
      process.destroyForcibly();
    }
  }

  /** Starts a program in the locale of the sandbox, which knows every file name as it is. */
  public static Process start(ProcessBuilder builder, String tool) {
    builder.environment().put("LC_ALL", "C.UTF-8");
    try {
      return startWhenClosed(builder);
    } catch (IOException e) {
      throw new SandboxException(
          "The program '%s' cannot be started (%s): install it or put it on the PATH."
              .formatted(tool, Sentences.reason(e)),
          e);
    }
  }

  /**
   * A program that has just been unpacked can be busy for a moment: a process that another thread
   * starts holds the file open for writing until it runs its own program.
   */
  private static Process startWhenClosed(ProcessBuilder builder) throws IOException {
    try {
      return Poll.answer(
          builder::start,
          failure -> String.valueOf(failure.getMessage()).contains(TEXT_FILE_BUSY),
          BUSY_PAUSE,
          LONGEST_BUSY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("The start of a program was interrupted.", e);
    }
  }
}
