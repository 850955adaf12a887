package io.sluice.cli;

import java.nio.file.Path;
import java.util.Objects;

/**
 * What the process was started with, read once in {@link Main} and passed on.
 *
 * @param root the folder of the repository, which holds the job's jar and the shipped definitions
 * @param terminal whether a person watches: progress is drawn in place, else as plain lines
 */
public record CliContext(Path root, boolean terminal) {
  public CliContext {
    Objects.requireNonNull(root, "root");
  }

  /** The state folder when {@code --home} names no other. */
  public Path defaultHome() {
    return root.resolve(".sluice");
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
