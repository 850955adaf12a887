package io.sluice.cli.submit;

import io.sluice.cli.platform.Broker;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.platform.Platform;
import io.sluice.cli.text.CommandFailure;
import io.sluice.cli.text.FailureText;
import io.sluice.definition.edit.Store;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.pipeline.PipelineLoader;
import io.sluice.definition.yaml.NameList;
import io.sluice.delta.rewind.SavepointVersion;
import io.sluice.job.SavedTables;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * Takes a pipeline back to a savepoint: all of its tables go back to the versions that belong to
 * it, its views are emptied and come back from the state, and its job begins there. Whatever can be
 * refused is refused before anything changes. Each step is harmless when it is done already, so
 * that a rewind that broke off is ended by another one.
 */
public final class Rewind {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Platform platform;
  private final Endpoints at;
  private final Cluster cluster;
  private final SubmittedPipelines submitted;
  private final Consumer<String> progress;
  private final Savepoints savepoints;
  private final Preparation preparation;
  private final JobStart start;
  private final JobJars jars;
  private final SafeStop stop;

  /**
   * What became of it.
   *
   * @param job the job that runs
   * @param tables those that were taken back, with the versions that they were taken back to
   * @param stoppedWith the savepoint of the job that ran before; empty if none did
   */
  public record Outcome(String job, Map<String, Long> tables, Optional<String> stoppedWith) {}

  /**
   * @param broker stays open; whoever opened it closes it
   * @param jobJar the shaded jar of the build
   * @param progress is told each step in a few words
   */
  public Rewind(
      Platform platform,
      Endpoints at,
      Broker broker,
      SubmittedPipelines submitted,
      RestorePoints points,
      Path jobJar,
      Consumer<String> progress) {
    this.platform = platform;
    this.at = at;
    this.cluster = platform.cluster(at);
    this.submitted = submitted;
    this.progress = progress;
    this.savepoints = new Savepoints(platform, at, progress);
    this.preparation = new Preparation(platform, at, broker, submitted, progress);
    this.start = new JobStart(cluster, progress, JobStart.Waits.STANDARD);
    this.jars = new JobJars(cluster, jobJar, progress);
    this.stop = new SafeStop(cluster, points, progress, PATIENCE);
  }

  /** Everything that a rewind needs, checked. */
  private record Plan(
      Submitted files,
      Pipeline pipeline,
      JobJar jar,
      StartPoint from,
      Optional<RunningPipeline> running,
      SavedTables saved,
      PipelineTables tables,
      EmptiedViews views) {
    String name() {
      return pipeline.name();
    }

    String savepoint() {
      return from.from().orElseThrow();
    }
  }

  /**
   * Takes a pipeline back.
   *
   * @param savepoint a savepoint or retained checkpoint of it
   * @throws io.sluice.definition.edit.EditRefusedException if the state does not fit the pipeline
   * @throws CommandFailure if it is refused, in which case nothing has changed, or broke off
   */
  public Outcome run(String name, String savepoint) throws IOException, InterruptedException {
    if (submitted.find(name).isEmpty()) {
      throw new CommandFailure(
          "No pipeline %s was submitted here; submitted: %s."
              .formatted(
                  name, NameList.orNone(submitted.list().stream().map(Submitted::name).toList())));
    }
    try (ChangeLock lock = submitted.lock(name)) {
      Submitted files = submitted.find(name).orElseThrow();
      Pipeline pipeline = PipelineLoader.load(files.pipeline(), files.definitions());
      try (StoreIds ids = new StoreIds(platform, at, pipeline, progress)) {
        Plan plan = plan(files, pipeline, StartPoint.of(Optional.of(savepoint)), ids);
        return change(plan, ids);
      }
    }
  }

  private Plan plan(Submitted files, Pipeline pipeline, StartPoint from, StoreIds ids)
      throws IOException, InterruptedException {
    Optional<RunningPipeline> running = running(pipeline.name());
    preparation.check(pipeline, files.parallelism(), from);
    String savepoint = from.from().orElseThrow();
    SavedTables saved = savepoints.saved(pipeline, savepoint);
    preparation.compare(pipeline, from, ids);
    PipelineTables tables = savepoints.tables(pipeline, saved, savepoint);
    EmptiedViews views = new EmptiedViews(pipeline, ids);
    views.check();
    tables.check();
    start.requireSlots(
        pipeline.name(), files.parallelism(), running.map(RunningPipeline::parallelism).orElse(0));
    return new Plan(files, pipeline, jars.of(files), from, running, saved, tables, views);
  }

  private Optional<RunningPipeline> running(String name) throws IOException, InterruptedException {
    boolean runs = cluster.jobs().stream().anyMatch(job -> job.active() && job.name().equals(name));
    return runs ? Optional.of(RunningPipeline.find(name, cluster, submitted)) : Optional.empty();
  }

  private Outcome change(Plan plan, StoreIds ids) throws IOException, InterruptedException {
    Optional<String> stoppedWith =
        plan.running().isPresent()
            ? Optional.of(stop.stop(plan.running().get()))
            : Optional.empty();
    stoppedWith.ifPresent(path -> progress.accept("its savepoint is " + path));
    try {
      // The job has committed since they were looked at.
      Map<String, SavepointVersion> versions = plan.tables().check();
      Map<String, Long> tables = plan.tables().rewind(versions, progress);
      plan.views().empty(versions, progress);
      return new Outcome(begin(plan, ids), tables, stoppedWith);
    } catch (IOException | RuntimeException e) {
      throw brokeOff(plan, stoppedWith, e);
    }
  }

  private String begin(Plan plan, StoreIds ids) throws IOException, InterruptedException {
    Map<Store, String> stores = preparation.make(plan.pipeline(), ids);
    start.requireSlots(plan.name(), plan.files().parallelism());
    String job =
        start.run(
            plan.files(),
            plan.jar().id(),
            plan.files().parallelism(),
            plan.from(),
            stores,
            OptionalLong.of(plan.saved().checkpoint()));
    submitted.addJob(plan.name(), job, plan.files().parallelism(), plan.jar());
    start.awaitRunning(plan.name(), job);
    return job;
  }

  private static CommandFailure brokeOff(Plan plan, Optional<String> stoppedWith, Exception e) {
    return new CommandFailure(
        "The rewind of %s broke off: %s\nSome of its tables may be back at the savepoint and others not. Run it again, which goes on: sluice rewind %s --to %s%s"
            .formatted(
                plan.name(),
                FailureText.sentence(e),
                plan.name(),
                plan.savepoint(),
                stoppedWith
                    .map(
                        path ->
                            "\nOr go forward again to where it was stopped: sluice rewind %s --to %s"
                                .formatted(plan.name(), path))
                    .orElse("")),
        e);
  }
}
