package io.sluice.cli.text;

import io.sluice.cli.Main;
import io.sluice.definition.yaml.Variables;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * What the process was started with, read once in {@link Main} and passed on.
 *
 * @param installation where the job's jar, the servers and the shipped definitions are
 * @param terminal whether a person watches: progress is drawn in place, else as plain lines
 * @param home the state folder that the environment names, used without {@code --home}
 * @param variables those that pipelines may name
 */
public record CliContext(
    Installation installation, boolean terminal, Optional<Path> home, Variables variables) {
  public CliContext {
    Objects.requireNonNull(installation, "installation");
    Objects.requireNonNull(home, "home");
    Objects.requireNonNull(variables, "variables");
  }

  /** The state folder when {@code --home} names no other. */
  public Path defaultHome() {
    return home.orElseGet(installation::defaultHome);
  }

  /** How the user calls sluice, for commands that are shown to be copied. */
  public String program() {
    return installation.program();
  }

  /** The shaded jar that Flink runs. */
  public Path jobJar() {
    return installation.jobJar();
  }

  /** What the servers are started from. */
  public Path serverFiles() {
    return installation.serverFiles();
  }

  /** The shipped datasets. */
  public Path shippedDefinitions() {
    return installation.shippedDefinitions();
  }

  /** The shipped pipelines. */
  public Path shippedPipelines() {
    return installation.shippedPipelines();
  }
}
