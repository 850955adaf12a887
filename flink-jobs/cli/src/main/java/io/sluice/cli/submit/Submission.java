package io.sluice.cli.submit;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.platform.Broker;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.platform.Schemas;
import io.sluice.definition.Pipeline;
import io.sluice.definition.PipelineLoader;
import io.sluice.definition.edit.TopicLife;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Brings a pipeline to a cluster: checks it, makes its topics, registers its schemas, uploads the
 * jar, starts the job and waits until all of it runs.
 */
public final class Submission {
  /** Partitions of a topic that is made for a source. */
  public static final int SOURCE_PARTITIONS = 4;

  private static final int DEAD_LETTER_PARTITIONS = 1;
  private static final Duration LONGEST_WAIT_FOR_SLOTS = Duration.ofSeconds(15);
  private static final Duration LONGEST_START = Duration.ofMinutes(3);

  /** How long a job that fails may try again: a server may be on its way back. */
  private static final Duration LONGEST_FAILING = Duration.ofSeconds(15);

  private static final long LOOK_AGAIN_NANOS = 100_000_000L;

  private final Cluster cluster;
  private final Broker broker;
  private final Schemas schemas;
  private final SubmittedPipelines submitted;
  private final Path jobJar;
  private final Consumer<String> progress;
  private final Duration longestFailing;

  /**
   * @param jobJar the shaded jar
   * @param progress is told each step in a few words
   */
  public Submission(
      Cluster cluster,
      Broker broker,
      Schemas schemas,
      SubmittedPipelines submitted,
      Path jobJar,
      Consumer<String> progress) {
    this(cluster, broker, schemas, submitted, jobJar, progress, LONGEST_FAILING);
  }

  /**
   * @param longestFailing how long a job that fails at its start may try again
   */
  Submission(
      Cluster cluster,
      Broker broker,
      Schemas schemas,
      SubmittedPipelines submitted,
      Path jobJar,
      Consumer<String> progress,
      Duration longestFailing) {
    this.longestFailing = longestFailing;
    this.cluster = cluster;
    this.broker = broker;
    this.schemas = schemas;
    this.submitted = submitted;
    this.jobJar = jobJar;
    this.progress = progress;
  }

  /**
   * Parallel tasks of each stage when nobody says how many. The stages of a pipeline are a dozen
   * threads already: on few cores a second set of them, with its files and its state, costs more
   * than it gives.
   */
  public static int defaultParallelism() {
    return Runtime.getRuntime().availableProcessors() < 4 ? 1 : 2;
  }

  /** Submits a pipeline file, with all views as they are. */
  public String submit(
      Path pipelineFile, Path definitions, int parallelism, Optional<String> restoreFrom)
      throws IOException, InterruptedException {
    return submit(pipelineFile, definitions, parallelism, restoreFrom, List.of());
  }

  /**
   * Submits a pipeline file. The stored copy of an earlier submission stays until the job runs.
   *
   * @param restoreFrom a savepoint or retained checkpoint to begin from
   * @param restartViews views that begin anew from there
   * @return the job's id; every task of it runs
   * @throws io.sluice.definition.DefinitionException with every problem of the definitions
   * @throws io.sluice.definition.edit.EditRefusedException if the state does not fit the pipeline
   * @throws CommandFailure if a job of the pipeline's name runs already, if another pipeline writes
   *     the same tables or views, or if the new job fails
   */
  public String submit(
      Path pipelineFile,
      Path definitions,
      int parallelism,
      Optional<String> restoreFrom,
      List<String> restartViews)
      throws IOException, InterruptedException {
    Pipeline pipeline = PipelineLoader.load(pipelineFile, definitions);
    check(pipeline, parallelism, restoreFrom, restartViews);
    Submitted staged = submitted.stage(pipeline.name(), pipelineFile, definitions, parallelism);
    try {
      String job = run(staged, parallelism, restoreFrom, restartViews);
      awaitRunning(pipeline.name(), job);
      submitted.replace(pipeline.name());
      submitted.addJob(pipeline.name(), job, parallelism);
      return job;
    } finally {
      submitted.discard(pipeline.name());
    }
  }

  /** Submits the stored copy of a pipeline again. */
  public String resubmit(
      Submitted stored, int parallelism, Optional<String> restoreFrom, List<String> restartViews)
      throws IOException, InterruptedException {
    Pipeline pipeline = PipelineLoader.load(stored.pipeline(), stored.definitions());
    check(pipeline, parallelism, restoreFrom, restartViews);
    String job = run(stored, parallelism, restoreFrom, restartViews);
    submitted.addJob(pipeline.name(), job, parallelism);
    awaitRunning(pipeline.name(), job);
    return job;
  }

  /** Everything that can be refused without a trace. */
  private void check(
      Pipeline pipeline, int parallelism, Optional<String> restoreFrom, List<String> restartViews)
      throws IOException, InterruptedException {
    if (restoreFrom.isEmpty() && !restartViews.isEmpty()) {
      throw new CommandFailure(
          "--restart-view is for starts from a savepoint; without one every view begins anew.");
    }
    refuseSecondJob(pipeline.name());
    new Neighbours(submitted, progress).check(pipeline);
    if (restoreFrom.isPresent()) {
      cluster
          .compare(pipeline, restoreFrom.get(), restartViews, topics(pipeline))
          .forEach(progress);
    }
    requireSlots(pipeline.name(), parallelism);
    prepareSources(pipeline);
  }

  private Map<String, TopicLife> topics(Pipeline pipeline)
      throws IOException, InterruptedException {
    Map<String, TopicLife> topics = new LinkedHashMap<>();
    for (Pipeline.Source source : pipeline.sources().values()) {
      String id = broker.topicId(source.topic()).orElse("");
      topics.put(source.dataset().name(), new TopicLife(id, 0));
    }
    return topics;
  }

  /** Slots of a job that has just ended come back within moments, so it waits a little. */
  private void requireSlots(String name, int parallelism) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + LONGEST_WAIT_FOR_SLOTS.toNanos();
    int free = cluster.freeSlots();
    while (free < parallelism) {
      if (System.nanoTime() > deadline) {
        throw new CommandFailure(
            "%s needs %d task slots, but Flink has %d free: stop another pipeline or choose a smaller --parallelism."
                .formatted(name, parallelism, free));
      }
      pause();
      free = cluster.freeSlots();
    }
  }

  private static void pause() throws InterruptedException {
    LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    if (Thread.interrupted()) {
      throw new InterruptedException("Interrupted while the job was starting.");
    }
  }

  private void refuseSecondJob(String name) throws IOException, InterruptedException {
    for (Cluster.Job job : cluster.jobs()) {
      if (job.active() && job.name().equals(name)) {
        throw new CommandFailure(
            "The pipeline %s runs already as job %s (%s). Stop it first: sluice stop %s --savepoint"
                .formatted(name, job.id(), job.state(), name));
      }
    }
  }

  private String run(
      Submitted files, int parallelism, Optional<String> restoreFrom, List<String> restartViews)
      throws IOException, InterruptedException {
    progress.accept("uploading the job");
    String jar = cluster.upload(jobJar);
    progress.accept("starting the job");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--pipeline",
                files.pipeline().toAbsolutePath().toString(),
                "--definitions",
                files.definitions().toAbsolutePath().toString(),
                "--parallelism",
                Integer.toString(parallelism)));
    restartViews.forEach(view -> arguments.addAll(List.of("--restart-view", view)));
    return cluster.run(jar, arguments, restoreFrom);
  }

  /** Makes the topics that are missing and registers the schemas; harmless when all is there. */
  void prepareSources(Pipeline pipeline) throws IOException, InterruptedException {
    for (Pipeline.Source source : pipeline.sources().values()) {
      String topic = source.topic();
      String rejects = topic + ".dlq";
      if (broker.createTopic(topic, SOURCE_PARTITIONS)) {
        progress.accept("created topic " + topic);
      }
      if (broker.createDeadLetterTopic(rejects, DEAD_LETTER_PARTITIONS, topic)) {
        progress.accept("created topic " + rejects);
      }
      register(source);
    }
  }

  private void register(Pipeline.Source source) throws IOException {
    String subject = source.topic() + "-value";
    try {
      int id = schemas.register(subject, source.dataset().schema());
      progress.accept("schema of %s is %s, id %d".formatted(source.dataset().name(), subject, id));
    } catch (IOException e) {
      throw new CommandFailure(
          "The schema of %s cannot be registered as %s: %s"
              .formatted(source.dataset().name(), subject, e.getMessage()),
          e);
    }
  }

  /** A job that cannot start is not left behind: it would try again for ever. */
  private void awaitRunning(String name, String job) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + LONGEST_START.toNanos();
    boolean failing = false;
    while (!cluster.allTasksRunning(job)) {
      Optional<Cluster.Job> now =
          cluster.jobs().stream().filter(candidate -> candidate.id().equals(job)).findFirst();
      boolean ended = now.isPresent() && !now.get().active();
      if (ended && now.get().state().equals("FINISHED")) {
        return;
      }
      if (!ended && !failing && failsByItself(job)) {
        failing = true;
        deadline = Math.min(deadline, System.nanoTime() + longestFailing.toNanos());
      }
      if (ended || System.nanoTime() > deadline) {
        String reason =
            cluster.failure(job).orElse("see the logs of Flink in the home's logs folder");
        String state = now.map(Cluster.Job::state).orElse("unknown");
        if (!ended) {
          cluster.cancel(job);
        }
        throw new CommandFailure(
            "%s did not start; its job %s (%s) is not left running: %s%s"
                .formatted(name, job, state, reason, remedy(job)));
      }
      pause();
    }
  }

  /** A lost TaskManager comes back, and the job with it: that says nothing about the pipeline. */
  private boolean failsByItself(String job) throws IOException, InterruptedException {
    return cluster.health(job).failure().filter(failure -> !failure.lostProcess()).isPresent();
  }

  private String remedy(String job) throws IOException, InterruptedException {
    return cluster.health(job).failure().filter(Cluster.Failure::lostProcess).isPresent()
        ? "\nThe pipeline is not to blame: 'sluice status' shows what runs; submit it again when the machine is less busy."
        : "";
  }
}
