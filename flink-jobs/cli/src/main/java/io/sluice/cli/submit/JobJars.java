package io.sluice.cli.submit;

import io.sluice.cli.platform.Cluster;
import io.sluice.cli.text.CommandFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.ZipFile;

/**
 * The jars that jobs are run with. The cluster keeps each one that was uploaded, by its content.
 */
final class JobJars {
  private static final String MAIN = "io/sluice/job/Main.class";

  private final Cluster cluster;
  private final Path built;
  private final Consumer<String> progress;

  /**
   * @param built the shaded jar of the build
   */
  JobJars(Cluster cluster, Path built, Consumer<String> progress) {
    this.cluster = cluster;
    this.built = built;
    this.progress = progress;
  }

  /** The one of the build. */
  JobJar built() throws IOException, InterruptedException {
    return upload(built, false);
  }

  /**
   * One that the user names.
   *
   * @throws CommandFailure if it is no jar of the job
   */
  JobJar chosen(Path jar) throws IOException, InterruptedException {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      if (zip.getEntry(MAIN) == null) {
        throw new CommandFailure(
            "%s is no job of Sluice: it has no class io.sluice.job.Main. A build makes one as flink-jobs/job/target/sluice-job.jar."
                .formatted(jar));
      }
    } catch (IOException e) {
      throw new CommandFailure("%s is no jar: %s.".formatted(jar, e.getMessage()), e);
    }
    boolean same = Files.isRegularFile(built) && Files.mismatch(jar, built) < 0;
    return upload(jar, !same);
  }

  /**
   * The one for another start of a pipeline: the jar that the user chose for it, else the one of
   * the build.
   */
  JobJar of(Submitted stored) throws IOException, InterruptedException {
    return stored.jar().filter(Submitted.RunJar::chosen).isPresent() ? last(stored) : built();
  }

  /**
   * The very jar of a pipeline's last job.
   *
   * @throws CommandFailure if the cluster has it no more
   */
  JobJar last(Submitted stored) throws IOException, InterruptedException {
    if (stored.jar().isEmpty()) {
      progress.accept(
          "an earlier version submitted %s and kept no name of its jar: taken for the one of the build"
              .formatted(stored.name()));
      return built();
    }
    Submitted.RunJar jar = stored.jar().get();
    Optional<Cluster.Jar> there = cluster.jar(jar.name());
    if (there.isPresent()) {
      return new JobJar(there.get().id(), jar.name(), jar.chosen());
    }
    JobJar present = built();
    if (present.name().equals(jar.name())) {
      return present;
    }
    throw new CommandFailure(
        "The jar %s, with which %s ran last, is not on the cluster any more. Submit the pipeline again from a savepoint: sluice stop %s --savepoint, then sluice submit FILE --from SAVEPOINT"
            .formatted(jar.name(), stored.name(), stored.name()));
  }

  private JobJar upload(Path jar, boolean chosen) throws IOException, InterruptedException {
    progress.accept("uploading the job");
    Cluster.Jar there = cluster.upload(jar);
    return new JobJar(there.id(), there.name(), chosen);
  }
}
