package io.sluice.cli.text;

import io.sluice.cli.Main;
import io.sluice.definition.yaml.Variables;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * What the process was started with, read once in {@link Main} and passed on.
 *
 * @param root the folder of the repository, which holds the job's jar and the shipped definitions
 * @param terminal whether a person watches: progress is drawn in place, else as plain lines
 * @param home the state folder that the environment names, used without {@code --home}
 * @param variables those that pipelines may name
 */
public record CliContext(Path root, boolean terminal, Optional<Path> home, Variables variables) {
  public CliContext {
    Objects.requireNonNull(root, "root");
    Objects.requireNonNull(home, "home");
    Objects.requireNonNull(variables, "variables");
  }

  /** The state folder when {@code --home} names no other. */
  public Path defaultHome() {
    return home.orElseGet(() -> root.resolve(".sluice"));
  }

  /** The shaded jar that Flink runs. */
  public Path jobJar() {
    return root.resolve("flink-jobs/job/target/sluice-job.jar");
  }

  /** What the build laid out for the servers. */
  public Path serverFiles() {
    return root.resolve("flink-jobs/sandbox/dist");
  }

  /** The shipped datasets. */
  public Path shippedDefinitions() {
    return root.resolve("schemas");
  }

  /** The shipped pipelines. */
  public Path shippedPipelines() {
    return root.resolve("flink-jobs/pipelines");
  }
}
