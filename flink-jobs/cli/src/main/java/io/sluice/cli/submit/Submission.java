package io.sluice.cli.submit;

import io.sluice.cli.platform.Broker;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.platform.Platform;
import io.sluice.cli.submit.JobStart.Waits;
import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.edit.Store;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.model.Run;
import io.sluice.definition.pipeline.PipelineLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * Brings a pipeline to a cluster: checks it, makes its topics, registers its schemas, uploads the
 * jar, starts the job and waits until all of it runs.
 */
public final class Submission {
  /** Partitions of a topic that is made for a source. */
  public static final int SOURCE_PARTITIONS = 4;

  private final Platform platform;
  private final Endpoints at;
  private final SubmittedPipelines submitted;
  private final JobJars jars;
  private final Consumer<String> progress;
  private final Preparation preparation;
  private final JobStart start;
  private final Savepoints savepoints;

  /**
   * @param at where the platform's servers answer
   * @param broker stays open; whoever opened it closes it
   * @param jobJar the shaded jar
   * @param progress is told each step in a few words
   */
  public Submission(
      Platform platform,
      Endpoints at,
      Broker broker,
      SubmittedPipelines submitted,
      Path jobJar,
      Consumer<String> progress) {
    this(platform, at, broker, submitted, jobJar, progress, Waits.STANDARD);
  }

  /** A submission that waits as long as it is told. */
  Submission(
      Platform platform,
      Endpoints at,
      Broker broker,
      SubmittedPipelines submitted,
      Path jobJar,
      Consumer<String> progress,
      Waits waits) {
    this.platform = platform;
    this.at = at;
    this.submitted = submitted;
    this.progress = progress;
    this.savepoints = new Savepoints(platform, at, progress);
    this.preparation = new Preparation(platform, at, broker, submitted, progress);
    Cluster cluster = platform.cluster(at);
    this.jars = new JobJars(cluster, jobJar, progress);
    this.start = new JobStart(cluster, progress, waits);
  }

  /**
   * Parallel tasks of each stage when nobody says how many. The stages of a pipeline are a dozen
   * threads already: on few cores a second set of them, with its files and its state, costs more
   * than it gives.
   */
  private static int defaultParallelism() {
    return Runtime.getRuntime().availableProcessors() < 4 ? 1 : 2;
  }

  private static int parallelism(Run run) {
    return run.parallelism().orElse(Math.min(defaultParallelism(), run.maxParallelism()));
  }

  /**
   * Submits a pipeline file. The stored copy of an earlier submission stays until the job runs.
   *
   * @param asked parallel tasks of each stage; empty for what the pipeline says, or the default
   * @return the job's id; every task of it runs
   * @throws io.sluice.definition.model.DefinitionException with every problem of the definitions
   * @throws io.sluice.definition.edit.EditRefusedException if the state does not fit the pipeline
   * @throws CommandFailure if a job of the pipeline's name runs already, if another pipeline writes
   *     the same tables or views, or if the new job fails
   */
  public String submit(Path pipelineFile, Path definitions, OptionalInt asked, StartPoint from)
      throws IOException, InterruptedException {
    Pipeline pipeline = PipelineLoader.load(pipelineFile, definitions);
    try (ChangeLock lock = submitted.lock(pipeline.name())) {
      return submit(pipeline, pipelineFile, definitions, asked, from);
    }
  }

  private String submit(
      Pipeline pipeline, Path pipelineFile, Path definitions, OptionalInt asked, StartPoint from)
      throws IOException, InterruptedException {
    int parallelism = asked.orElseGet(() -> parallelism(pipeline.run()));
    Map<Store, String> stores = prepare(pipeline, parallelism, from);
    Submitted staged = submitted.stage(pipeline.name(), pipelineFile, definitions, parallelism);
    try {
      JobJar jar = jars.built();
      String job = start.run(staged, jar.id(), parallelism, from, stores);
      start.awaitRunning(pipeline.name(), job);
      submitted.replace(staged, job, parallelism, jar);
      return job;
    } finally {
      submitted.discard(pipeline.name());
    }
  }

  /** Submits the stored copy of a pipeline again. */
  public String resubmit(Submitted stored, int parallelism, StartPoint from)
      throws IOException, InterruptedException {
    try (ChangeLock lock = submitted.lock(stored.name())) {
      return resubmitLocked(stored, parallelism, from);
    }
  }

  private String resubmitLocked(Submitted stored, int parallelism, StartPoint from)
      throws IOException, InterruptedException {
    Pipeline pipeline = PipelineLoader.load(stored.pipeline(), stored.definitions());
    Map<Store, String> stores = prepare(pipeline, parallelism, from);
    JobJar jar = jars.of(stored);
    String job = start.run(stored, jar.id(), parallelism, from, stores);
    submitted.addJob(pipeline.name(), job, parallelism, jar);
    start.awaitRunning(pipeline.name(), job);
    return job;
  }

  /**
   * Checks everything that can be refused without a trace, then makes what the job needs.
   *
   * @return the ids of the stores beside the lake
   */
  private Map<Store, String> prepare(Pipeline pipeline, int parallelism, StartPoint from)
      throws IOException, InterruptedException {
    start.refuseSecondJob(pipeline.name());
    try (StoreIds ids = new StoreIds(platform, at, pipeline, progress)) {
      preparation.check(pipeline, parallelism, from);
      preparation.compare(pipeline, from, ids);
      savepoints.refuseOlder(pipeline, from);
      start.requireSlots(pipeline.name(), parallelism);
      return preparation.make(pipeline, ids);
    }
  }
}
