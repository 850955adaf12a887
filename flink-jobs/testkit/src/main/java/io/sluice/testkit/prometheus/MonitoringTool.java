package io.sluice.testkit.prometheus;

import io.sluice.testkit.tool.ToolCache;
import io.sluice.testkit.tool.ToolCache.NoneException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

  /** apt compares what it downloads with the hash of its signed index. */
  private static final String INSTALL =
      """
      apt-get download -qq "$1"
      dpkg-deb -x "$1"_*.deb . && rm "$1"_*.deb
      "usr/bin/$2" --version
      """;

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
    Optional<Path> named = ToolCache.named(variable, "a " + program);
    if (named.isPresent()) {
      return named.get();
    }
    Optional<Path> installed = ToolCache.onPath(program);
    return installed.isPresent() ? installed.get() : cached(variable);
  }

  /** Runs it in a folder. */
  public ToolCache.Run run(Path folder, String... arguments)
      throws IOException, InterruptedException, NoneException {
    List<String> command = new ArrayList<>(List.of(find().toString()));
    command.addAll(List.of(arguments));
    return ToolCache.run(command, folder);
  }

  private Path cached(String variable) throws IOException, InterruptedException, NoneException {
    try {
      return ToolCache.folder(debian + "-debian", INSTALL, debian, program)
          .resolve("usr/bin")
          .resolve(program);
    } catch (NoneException e) {
      throw new NoneException(
          "No %s is on the PATH, and apt-get has brought none: %s. Install Debian's package %s, or name the program in %s."
              .formatted(program, e.getMessage(), debian, variable));
    }
  }
}
