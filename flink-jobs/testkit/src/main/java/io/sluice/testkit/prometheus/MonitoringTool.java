package io.sluice.testkit.prometheus;

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
 * A program of Prometheus or of its Alertmanager: the one that an environment variable names, else
 * one on the PATH, else that of Debian's package, which is unpacked once into the user's cache (95
 * MB and 60 MB); installing it would need root.
 */
public enum MonitoringTool {
  /** Checks and tests rules. */
  PROMTOOL("promtool", "prometheus"),
  /** Scrapes and evaluates. */
  PROMETHEUS("prometheus", "prometheus"),
  /** Checks the Alertmanager's configuration and its routes. */
  AMTOOL("amtool", "prometheus-alertmanager");

  private static final int LONGEST_MINUTES = 3;

  /** apt compares what it downloads with the hash of its signed index. */
  private static final String INSTALL =
      """
      set -e
      mkdir -p "$1" && new=$(mktemp -d "$1.XXXXXX")
      trap 'rm -rf "$new"' EXIT
      cd "$new"
      apt-get download -qq "$2"
      dpkg-deb -x "$2"_*.deb . && rm "$2"_*.deb
      "usr/bin/$3" --version
      rm -rf "$1" && mv -T "$new" "$1"
      """;

  /** There is no such program, and none can be had. The message says why and what to do. */
  public static final class NoneException extends Exception {
    private static final long serialVersionUID = 1L;

    NoneException(String message) {
      super(message);
    }
  }

  /**
   * What a program printed.
   *
   * @param exit its code; -1 if it took too long
   */
  public record Run(int exit, String text) {}

  private final String program;
  private final String debian;

  MonitoringTool(String program, String debian) {
    this.program = program;
    this.debian = debian;
  }

  /**
   * Where it is; downloads it when there is no other way.
   *
   * @throws NoneException if there is none
   */
  public Path find() throws IOException, InterruptedException, NoneException {
    String variable = "SLUICE_" + name();
    String named = System.getenv(variable);
    if (named != null) {
      return onPath(named)
          .orElseThrow(
              () ->
                  new NoneException(
                      "%s names '%s', which is no program: name a %s, or unset it."
                          .formatted(variable, named, program)));
    }
    Optional<Path> installed = onPath(program);
    return installed.isPresent() ? installed.get() : cached(variable);
  }

  /** Runs it in a folder. */
  public Run run(Path folder, String... arguments)
      throws IOException, InterruptedException, NoneException {
    List<String> command = new ArrayList<>(List.of(find().toString()));
    command.addAll(List.of(arguments));
    return run(command, folder);
  }

  private static Optional<Path> onPath(String name) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder).resolve(name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private Path cached(String variable) throws IOException, InterruptedException, NoneException {
    String cache =
        Objects.requireNonNullElseGet(
            System.getenv("XDG_CACHE_HOME"), () -> System.getProperty("user.home") + "/.cache");
    Path folder = Path.of(cache, "sluice", debian + "-debian");
    Path found = folder.resolve("usr/bin").resolve(program);
    if (!Files.isExecutable(found)) {
      Run installed =
          run(List.of("sh", "-c", INSTALL, "install", folder.toString(), debian, program), folder);
      if (installed.exit() != 0) {
        throw new NoneException(
            "No %s is on the PATH, and apt-get has brought none into %s (%s). Install Debian's package %s, or name the program in %s."
                .formatted(
                    program,
                    folder,
                    installed.text().lines().findFirst().orElse("no reason given"),
                    debian,
                    variable));
      }
    }
    return found;
  }

  private static Run run(List<String> command, Path folder)
      throws IOException, InterruptedException {
    Path log = Files.createTempFile("monitoring", ".log");
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
