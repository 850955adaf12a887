package io.sluice.k8s.monitoring;

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

/**
 * Prometheus' tool for rules: the program that {@code SLUICE_PROMTOOL} names, else one on the PATH,
 * else that of Debian's package {@code prometheus}, which is unpacked once into the user's cache
 * (95 MB); installing it would need root.
 */
final class Promtool {
  private static final String NAME = "promtool";
  private static final int LONGEST_MINUTES = 3;

  /** apt compares what it downloads with the hash of its signed index. */
  private static final String INSTALL =
      """
      set -e
      mkdir -p "$1" && new=$(mktemp -d "$1.XXXXXX")
      trap 'rm -rf "$new"' EXIT
      cd "$new"
      apt-get download -qq prometheus
      dpkg-deb -x prometheus_*.deb . && rm prometheus_*.deb
      usr/bin/promtool --version
      rm -rf "$1" && mv -T "$new" "$1"
      """;

  /** There is no promtool, and none can be had. The message says why and what to do. */
  static final class NoneException extends Exception {
    private static final long serialVersionUID = 1L;

    NoneException(String message) {
      super(message);
    }
  }

  private final Path program;

  private Promtool(Path program) {
    this.program = program;
  }

  static Promtool find() throws IOException, InterruptedException, NoneException {
    String named = System.getenv("SLUICE_PROMTOOL");
    if (named != null) {
      return new Promtool(
          onPath(named)
              .orElseThrow(
                  () ->
                      new NoneException(
                          "SLUICE_PROMTOOL names '%s', which is no program: name a promtool, or unset it."
                              .formatted(named))));
    }
    Optional<Path> installed = onPath(NAME);
    return new Promtool(installed.isPresent() ? installed.get() : cached());
  }

  private static Optional<Path> onPath(String name) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder).resolve(name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Path cached() throws IOException, InterruptedException, NoneException {
    String cache =
        Objects.requireNonNullElseGet(
            System.getenv("XDG_CACHE_HOME"), () -> System.getProperty("user.home") + "/.cache");
    Path folder = Path.of(cache, "sluice", "prometheus-debian");
    Path program = folder.resolve("usr/bin/promtool");
    if (!Files.isExecutable(program)) {
      Run installed = run(List.of("sh", "-c", INSTALL, "install", folder.toString()), folder);
      if (installed.exit() != 0) {
        throw new NoneException(
            "No promtool is on the PATH, and apt-get has brought none into %s (%s). Install Prometheus, or name its promtool in SLUICE_PROMTOOL."
                .formatted(folder, installed.text().lines().findFirst().orElse("no reason given")));
      }
    }
    return program;
  }

  /**
   * What a program printed.
   *
   * @param exit its code; -1 if it took too long
   */
  record Run(int exit, String text) {}

  /** Runs promtool in a folder. */
  Run run(Path folder, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    return run(command, folder);
  }

  private static Run run(List<String> command, Path folder)
      throws IOException, InterruptedException {
    Path log = Files.createTempFile(NAME, ".log");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
      if (Files.isDirectory(folder)) {
        builder.directory(folder.toFile());
      }
      Process process = builder.start();
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
