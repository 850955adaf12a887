package io.sluice.cli.text;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/**
 * Where the parts of Sluice are: in a source tree that Maven has built, or in an unpacked
 * distribution. Nothing else knows which of the two it is.
 *
 * @param program how the user calls it, for commands that are shown to be copied
 * @param jobJar the shaded jar that Flink runs
 * @param serverFiles what the sandbox's servers are started from; need not exist in a distribution
 * @param shippedDefinitions the shipped datasets
 * @param shippedPipelines the shipped pipelines
 * @param defaultHome the state folder when nobody names another; need not exist
 */
public record Installation(
    String program,
    Path jobJar,
    Path serverFiles,
    Path shippedDefinitions,
    Path shippedPipelines,
    Path defaultHome) {
  /** How the documentation calls it, from the root of a source tree. */
  public static final String DOCUMENTED = "./sluice";

  private static final String HOME = ".sluice";

  public Installation {
    Objects.requireNonNull(program, "program");
    Objects.requireNonNull(jobJar, "jobJar");
    Objects.requireNonNull(serverFiles, "serverFiles");
    Objects.requireNonNull(shippedDefinitions, "shippedDefinitions");
    Objects.requireNonNull(shippedPipelines, "shippedPipelines");
    Objects.requireNonNull(defaultHome, "defaultHome");
  }

  /**
   * The one of a folder.
   *
   * @param root the folder of the repository, or that into which the distribution was unpacked
   * @param user the folder of the user, in which a distribution keeps its state: its own may be
   *     read-only and belong to everybody
   */
  public static Installation at(Path root, Path user, String program) {
    boolean distribution = Files.isRegularFile(root.resolve("lib/sluice-cli.jar"));
    return distribution
        ? new Installation(
            program,
            root.resolve("job/sluice-job.jar"),
            root.resolve("servers"),
            root.resolve("schemas"),
            root.resolve("pipelines"),
            user.resolve(HOME))
        : ofSources(root, program);
  }

  /** A source tree as it is documented. */
  public static Installation ofSources(Path root) {
    return ofSources(root, DOCUMENTED);
  }

  private static Installation ofSources(Path root, String program) {
    return new Installation(
        program,
        root.resolve("flink-jobs/job/target/sluice-job.jar"),
        root.resolve("flink-jobs/sandbox/dist/target/servers"),
        root.resolve("schemas"),
        root.resolve("flink-jobs/pipelines"),
        root.resolve(HOME));
  }
}
