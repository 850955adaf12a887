package io.sluice.testkit.tool;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.flink.util.FileUtils;

/**
 * Tools that tests need beside Maven's libraries. What is not on the PATH is brought once by a
 * package manager, into the user's cache; installing it into the machine would need root.
 */
public final class ToolCache {
  private static final int LONGEST_MINUTES = 5;

  private ToolCache() {}

  /** There is no such tool, and none can be had. The message says why and what to do. */
  public static final class NoneException extends Exception {
    private static final long serialVersionUID = 1L;

    public NoneException(String message) {
      super(message);
    }
  }

  /**
   * What a program printed.
   *
   * @param exit its code; -1 if it took too long
   */
  public record Run(int exit, String text) {}

  /**
   * The program that an environment variable names.
   *
   * @param kind what it has to be, with its article
   * @throws NoneException if it names none
   */
  public static Optional<Path> named(String variable, String kind) throws NoneException {
    String name = System.getenv(variable);
    if (name == null) {
      return Optional.empty();
    }
    Optional<Path> program = onPath(name);
    if (program.isEmpty()) {
      throw new NoneException(
          "%s names '%s', which is no program: name %s, or unset it."
              .formatted(variable, name, kind));
    }
    return program;
  }

  /** A program that the PATH leads to, or the path of one. */
  public static Optional<Path> onPath(String name) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder).resolve(name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * A folder of the cache.
   *
   * @param script for sh; makes the content in the empty folder that it begins in, and checks it
   * @param arguments {@code $1} and so on
   * @throws NoneException if the script fails; the message has the first line that it printed
   */
  public static Path folder(String name, String script, String... arguments)
      throws IOException, InterruptedException, NoneException {
    String cache =
        Objects.requireNonNullElseGet(
            System.getenv("XDG_CACHE_HOME"), () -> System.getProperty("user.home") + "/.cache");
    Path folder = Path.of(cache, "sluice", name);
    if (!Files.isDirectory(folder)) {
      make(folder, script, arguments);
    }
    return folder;
  }

  private static void make(Path folder, String script, String... arguments)
      throws IOException, InterruptedException, NoneException {
    Files.createDirectories(folder.getParent());
    Path made = Files.createTempDirectory(folder.getParent(), folder.getFileName().toString());
    try {
      List<String> command = new ArrayList<>(List.of("sh", "-e", "-c", script, "sh"));
      command.addAll(List.of(arguments));
      Run run = run(command, made);
      if (run.exit() != 0) {
        throw new NoneException(
            "%s was not made: %s"
                .formatted(folder, run.text().lines().findFirst().orElse("no reason was given")));
      }
      if (!Files.isDirectory(folder)) {
        Files.move(made, folder);
      }
    } finally {
      FileUtils.deleteDirectoryQuietly(made.toFile());
    }
  }

  /** Runs a command in a folder, for some minutes at most. */
  public static Run run(List<String> command, Path folder)
      throws IOException, InterruptedException {
    Path log = Files.createTempFile("tool", ".log");
    try {
      Process process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      boolean ended = process.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES);
      if (!ended) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
      return new Run(
          ended ? process.exitValue() : -1,
          ended
              ? Files.readString(log)
              : "it took more than %d minutes".formatted(LONGEST_MINUTES));
    } finally {
      Files.delete(log);
    }
  }
}
