package io.sluice.cli.submit;

import io.sluice.cli.platform.Broker;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.platform.Platform;
import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.edit.EditRefusedException;
import io.sluice.definition.edit.Store;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.pipeline.PipelineLoader;
import io.sluice.sandbox.process.Poll;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Replaces the definition or the jar of a running pipeline. The job stops with a savepoint and the
 * new one begins there; if that commits no checkpoint in time, the former one goes on from the same
 * savepoint, with the files and the jar that it had.
 */
public final class Upgrade {
  private static final Duration LONGEST_COMPARISON = Duration.ofSeconds(30);

  private final Platform platform;
  private final Endpoints at;
  private final Broker broker;
  private final Cluster cluster;
  private final SubmittedPipelines submitted;
  private final Consumer<String> progress;
  private final BooleanSupplier interrupted;
  private final Preparation preparation;
  private final JobStart start;
  private final JobJars jars;
  private final Replacement replacement;
  private final InPlaceScaling inPlace;
  private final Waits waits;

  /**
   * How long is waited.
   *
   * @param job for slots, and for a job that fails
   * @param cluster for a JobManager that is started again
   */
  record Waits(JobStart.Waits job, Duration cluster) {
    static final Waits STANDARD = new Waits(JobStart.Waits.STANDARD, Duration.ofMinutes(2));
  }

  /**
   * What a pipeline shall become.
   *
   * @param file the pipeline file
   * @param definitions the folder of its datasets
   * @param jar empty for the one that it has, or the one of the build
   * @param parallelism empty for what the file says if it says something else than before, and as
   *     the job runs otherwise
   */
  public record Target(Path file, Path definitions, Optional<Path> jar, OptionalInt parallelism) {}

  /**
   * What became of it.
   *
   * @param job the job that runs
   * @param change what was done
   * @param savepoint from which it began; empty if it is the job that ran before
   * @param gap from the request to the checkpoint by which it counts
   */
  public record Outcome(
      String pipeline, String job, Change change, Optional<String> savepoint, Duration gap) {
    private static Outcome unchanged(RunningPipeline running) {
      return of(running, Change.NONE, Duration.ZERO);
    }

    private static Outcome of(RunningPipeline running, Change change, Duration gap) {
      return new Outcome(running.job().name(), running.job().id(), change, Optional.empty(), gap);
    }
  }

  /** Nothing, a job that was changed while it ran, or another job. */
  public enum Change {
    NONE,
    IN_PLACE,
    BY_SAVEPOINT
  }

  /**
   * @param broker stays open; whoever opened it closes it
   * @param jobJar the shaded jar of the build
   * @param progress is told each step in a few words
   * @param interrupted whether the user wants it to end: then it goes back
   */
  public Upgrade(
      Platform platform,
      Endpoints at,
      Broker broker,
      SubmittedPipelines submitted,
      RestorePoints points,
      Path jobJar,
      Consumer<String> progress,
      BooleanSupplier interrupted) {
    this(platform, at, broker, submitted, points, jobJar, progress, interrupted, Waits.STANDARD);
  }

  /** An upgrade that waits as long as it is told. */
  Upgrade(
      Platform platform,
      Endpoints at,
      Broker broker,
      SubmittedPipelines submitted,
      RestorePoints points,
      Path jobJar,
      Consumer<String> progress,
      BooleanSupplier interrupted,
      Waits waits) {
    this.platform = platform;
    this.at = at;
    this.broker = broker;
    this.cluster = platform.cluster(at);
    this.submitted = submitted;
    this.progress = progress;
    this.interrupted = interrupted;
    this.waits = waits;
    this.preparation = new Preparation(platform, at, broker, submitted, progress);
    this.start = new JobStart(cluster, progress, waits.job());
    this.jars = new JobJars(cluster, jobJar, progress);
    this.replacement =
        new Replacement(cluster, submitted, points, start, progress, interrupted, waits);
    this.inPlace = new InPlaceScaling(cluster, submitted, progress, interrupted, waits);
  }

  /**
   * Upgrades the pipeline that the file names.
   *
   * @param within how long the new job may take until its first two checkpoints
   * @throws CommandFailure if it is refused, in which case nothing has changed, or taken back
   */
  public Outcome run(Target target, Duration within) throws IOException, InterruptedException {
    Pipeline next = PipelineLoader.load(target.file(), target.definitions());
    try (ChangeLock lock = submitted.lock(next.name())) {
      return run(target, next, within);
    }
  }

  private Outcome run(Target target, Pipeline next, Duration within)
      throws IOException, InterruptedException {
    RunningPipeline running = RunningPipeline.find(next.name(), cluster, submitted);
    Submitted old = running.files();
    Pipeline before = PipelineLoader.load(old.pipeline(), old.definitions());
    int parallelism = parallelism(target, before, next, old.parallelism());
    try (StoreIds ids = new StoreIds(platform, at, next, progress)) {
      AddedViews added = new AddedViews(before, next, ids);
      check(next, running, parallelism, ids, added);
      JobJar formerJar = jars.last(old);
      JobJar jar = target.jar().isPresent() ? jars.chosen(target.jar().get()) : jars.of(old);
      Submitted staged =
          submitted.stage(next.name(), target.file(), target.definitions(), parallelism);
      try {
        if (SubmittedPipelines.same(old, staged)
            && jar.name().equals(formerJar.name())
            && parallelism == running.parallelism()) {
          return Outcome.unchanged(running);
        }
        Replacement.Side former =
            new Replacement.Side(old, before, formerJar, old.parallelism(), stores(before));
        Replacement.Side fresh =
            new Replacement.Side(staged, next, jar, parallelism, preparation.make(next, ids));
        return replacement.make(running, former, fresh, added, within);
      } finally {
        submitted.discard(next.name());
      }
    }
  }

  /**
   * Runs a pipeline on another number of parallel tasks, with the files and the jar that it has:
   * the job that runs if it can be changed, else another one from its savepoint.
   *
   * @param within how long the job may take until its next two checkpoints
   * @throws CommandFailure if it is refused, in which case nothing has changed, or taken back
   */
  public Outcome scale(String name, int parallelism, Duration within)
      throws IOException, InterruptedException {
    String known = RunningPipeline.find(name, cluster, submitted).files().name();
    try (ChangeLock lock = submitted.lock(known)) {
      return scaleLocked(known, parallelism, within);
    }
  }

  private Outcome scaleLocked(String name, int parallelism, Duration within)
      throws IOException, InterruptedException {
    RunningPipeline running = RunningPipeline.find(name, cluster, submitted);
    Submitted files = running.files();
    Pipeline pipeline = PipelineLoader.load(files.pipeline(), files.definitions());
    new ScaleLimits(cluster, broker).check(running, pipeline, parallelism);
    // One that lacks slots for the moment runs on fewer than it shall.
    if (parallelism == running.parallelism() && parallelism == files.parallelism()) {
      return Outcome.unchanged(running);
    }
    Optional<String> obstacle = cluster.rescaling().obstacle(running.job().id());
    if (obstacle.isEmpty() && inPlace.awaitDivisible(running)) {
      return Outcome.of(running, Change.IN_PLACE, inPlace.scale(running, parallelism, within));
    }
    progress.accept(
        "by a savepoint, as "
            + obstacle.orElse("not every task has written its own state since it was divided"));
    return restart(running, pipeline, parallelism, within);
  }

  private Outcome restart(
      RunningPipeline running, Pipeline pipeline, int parallelism, Duration within)
      throws IOException, InterruptedException {
    Submitted files = running.files();
    try (StoreIds ids = new StoreIds(platform, at, pipeline, progress)) {
      AddedViews none = new AddedViews(pipeline, pipeline, ids);
      check(pipeline, running, parallelism, ids, none);
      JobJar jar = jars.last(files);
      Map<Store, String> stores = preparation.make(pipeline, ids);
      Replacement.Side former =
          new Replacement.Side(files, pipeline, jar, files.parallelism(), stores);
      Replacement.Side scaled = new Replacement.Side(files, pipeline, jar, parallelism, stores);
      return replacement.make(running, former, scaled, none, within);
    }
  }

  /** What the former job keeps is known before it stops: to go back needs no other server. */
  private Map<Store, String> stores(Pipeline pipeline) throws IOException, InterruptedException {
    try (StoreIds ids = new StoreIds(platform, at, pipeline, progress)) {
      return preparation.make(pipeline, ids);
    }
  }

  private static int parallelism(Target target, Pipeline before, Pipeline next, int now) {
    OptionalInt says = next.run().parallelism();
    return target
        .parallelism()
        .orElse(says.equals(before.run().parallelism()) ? now : says.orElse(now));
  }

  private void check(
      Pipeline next, RunningPipeline running, int parallelism, StoreIds ids, AddedViews added)
      throws IOException, InterruptedException {
    preparation.check(next, parallelism, StartPoint.of(Optional.empty()));
    running.awaitCheckpoint(cluster, LONGEST_COMPARISON);
    try {
      // A checkpoint lives until the next one; one that went while it was read is asked for again.
      Poll.<Boolean, IOException>answer(
          () -> {
            Optional<String> newest = Optional.of(running.checkpoint(cluster));
            preparation.compare(next, StartPoint.of(newest), ids);
            return true;
          },
          IOException.class::isInstance,
          Duration.ofMillis(50),
          LONGEST_COMPARISON);
    } catch (EditRefusedException e) {
      throw new CommandFailure(
          e.getMessage()
              + "\nNothing has changed. What needs --restart-view or --accept-new cannot be taken back, so an upgrade does not do it: sluice stop %s --savepoint, then sluice submit with --from and these options."
                  .formatted(next.name()),
          e);
    }
    if (parallelism > running.parallelism()) {
      new ScaleLimits(cluster, broker).requirePartitions(next, parallelism);
    }
    added.requireNone();
    start.requireSlots(next.name(), parallelism, running.parallelism());
  }
}
