package io.sluice.cli.submit;

import io.sluice.cli.platform.Broker;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.platform.Platform;
import io.sluice.cli.platform.Schemas;
import io.sluice.cli.platform.Tables;
import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.edit.Store;
import io.sluice.definition.edit.TopicLife;
import io.sluice.definition.model.LakeRoot;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.model.Pipeline.Connections;
import io.sluice.definition.model.Reference;
import io.sluice.definition.model.Run;
import io.sluice.definition.pipeline.PipelineLoader;
import io.sluice.job.TransactionLimit;
import io.sluice.sandbox.process.Poll;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
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
  private static final Duration LONGEST_START = Duration.ofMinutes(3);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  private final Platform platform;
  private final Endpoints at;
  private final Cluster cluster;
  private final Broker broker;
  private final Schemas schemas;
  private final SubmittedPipelines submitted;
  private final Path jobJar;
  private final Consumer<String> progress;
  private final Waits waits;

  /**
   * How long is waited.
   *
   * @param slots for task slots: those of a job that has just ended come back within moments
   * @param failing for a job that fails and may try again: a server may be on its way back
   */
  record Waits(Duration slots, Duration failing) {
    static final Waits STANDARD = new Waits(Duration.ofSeconds(15), Duration.ofSeconds(15));
  }

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
    this.waits = waits;
    this.platform = platform;
    this.at = at;
    this.cluster = platform.cluster(at);
    this.broker = broker;
    this.schemas = platform.schemas(at);
    this.submitted = submitted;
    this.jobJar = jobJar;
    this.progress = progress;
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
  public String submit(Path pipelineFile, Path definitions, OptionalInt asked, StartPoint start)
      throws IOException, InterruptedException {
    Pipeline pipeline = PipelineLoader.load(pipelineFile, definitions);
    int parallelism = asked.orElseGet(() -> parallelism(pipeline.run()));
    Map<Store, String> stores = prepare(pipeline, parallelism, start);
    Submitted staged = submitted.stage(pipeline.name(), pipelineFile, definitions, parallelism);
    try {
      String job = run(staged, parallelism, start, stores);
      awaitRunning(pipeline.name(), job);
      submitted.replace(pipeline.name());
      submitted.addJob(pipeline.name(), job, parallelism);
      return job;
    } finally {
      submitted.discard(pipeline.name());
    }
  }

  /** Submits the stored copy of a pipeline again. */
  public String resubmit(Submitted stored, int parallelism, StartPoint start)
      throws IOException, InterruptedException {
    Pipeline pipeline = PipelineLoader.load(stored.pipeline(), stored.definitions());
    Map<Store, String> stores = prepare(pipeline, parallelism, start);
    String job = run(stored, parallelism, start, stores);
    submitted.addJob(pipeline.name(), job, parallelism);
    awaitRunning(pipeline.name(), job);
    return job;
  }

  /**
   * Checks everything that can be refused without a trace, then makes what the job needs.
   *
   * @return the ids of the stores beside the lake
   */
  private Map<Store, String> prepare(Pipeline pipeline, int parallelism, StartPoint start)
      throws IOException, InterruptedException {
    try (StoreIds ids = new StoreIds(platform, at, pipeline, progress)) {
      check(pipeline, parallelism, start, ids);
      return ids.mark(pipeline, prepareSources(pipeline));
    }
  }

  private void check(Pipeline pipeline, int parallelism, StartPoint start, StoreIds ids)
      throws IOException, InterruptedException {
    refuseOptionsOfSavepoints(start);
    refuseParallelism(pipeline, parallelism);
    refuseTransactions(pipeline.run());
    refuseSecondJob(pipeline.name());
    new Neighbours(submitted, progress).check(pipeline);
    checkOwners(pipeline);
    if (start.from().isPresent()) {
      cluster
          .compare(
              pipeline,
              start.from().get(),
              start.restartViews(),
              topics(pipeline),
              ids,
              start.accepted())
          .forEach(progress);
    }
    requireSlots(pipeline.name(), parallelism);
  }

  private static void refuseParallelism(Pipeline pipeline, int parallelism) {
    int most = pipeline.run().maxParallelism();
    if (parallelism < 1 || parallelism > most) {
      throw new CommandFailure(
          "--parallelism is %d; for the pipeline %s it must be from 1 to %d, its run.maxParallelism."
              .formatted(parallelism, pipeline.name(), most));
    }
  }

  /** The job would refuse to start, but only after topics and schemas are there. */
  private void refuseTransactions(Run run) throws IOException, InterruptedException {
    try {
      TransactionLimit.check(broker.maxTransactionTimeoutMs(), run);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(e.getMessage(), e);
    }
  }

  private static void refuseOptionsOfSavepoints(StartPoint start) {
    if (start.from().isEmpty() && !start.restartViews().isEmpty()) {
      throw new CommandFailure(
          "--restart-view is for starts from a savepoint; without one every view begins anew.");
    }
    if (start.from().isEmpty() && !start.accepted().isEmpty()) {
      throw new CommandFailure(
          "--accept-new is for starts from a savepoint; without one any store will do. Leave it out, or add --from SAVEPOINT.");
    }
  }

  /**
   * A table names the pipeline that wrote it, also one that was submitted from another home. A lake
   * whose address is known to the job alone is looked at by the job.
   */
  private void checkOwners(Pipeline pipeline) throws IOException {
    Optional<String> lake =
        pipeline.connections().lake().map(Connections.Lake::root).flatMap(this::lake);
    if (lake.isPresent()) {
      Tables tables = platform.tables(lake.get());
      for (String table : LakeTables.of(pipeline)) {
        tables.checkOwner(table, pipeline.name());
      }
    }
  }

  private Optional<String> lake(Reference reference) {
    try {
      String root = reference.resolve(at::variable);
      LakeRoot.problem(root)
          .ifPresent(
              problem -> {
                throw new CommandFailure("connections.lake.root: " + problem);
              });
      return Optional.of(LakeRoot.isRemote(root) ? root : Path.of(root).toString());
    } catch (IllegalStateException | InvalidPathException notHere) {
      return Optional.empty();
    }
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

  private void requireSlots(String name, int parallelism) throws IOException, InterruptedException {
    int[] free = new int[1];
    boolean enough =
        Poll.until(
            () -> {
              free[0] = cluster.freeSlots();
              return free[0] >= parallelism;
            },
            LOOK_AGAIN,
            waits.slots());
    if (!enough) {
      throw new CommandFailure(
          "%s needs %d task slot%s, but Flink has %d free: %s"
              .formatted(
                  name, parallelism, parallelism == 1 ? "" : "s", free[0], moreSlots(free[0])));
    }
  }

  /** What whoever sees the message can do, whichever command it was. */
  private String moreSlots(int free) throws IOException, InterruptedException {
    List<String> running =
        cluster.jobs().stream().filter(Cluster.Job::active).map(Cluster.Job::name).toList();
    if (running.isEmpty()) {
      return "no job runs, so the TaskManager is missing or has no more. 'sluice status' shows what runs, 'sluice up' starts it, 'sluice logs taskmanager' says why it ended.";
    }
    String smaller =
        free == 0
            ? ""
            : " Or run it on fewer: 'sluice submit' and 'sluice restore' take --parallelism %d."
                .formatted(free);
    return "stop another pipeline: sluice stop %s --savepoint.%s"
        .formatted(String.join(" or ", running), smaller);
  }

  private static void pause() throws InterruptedException {
    LockSupport.parkNanos(LOOK_AGAIN.toNanos());
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

  private String run(Submitted files, int parallelism, StartPoint start, Map<Store, String> stores)
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
    start.restartViews().forEach(view -> arguments.addAll(List.of("--restart-view", view)));
    stores.forEach((store, id) -> arguments.addAll(List.of("--store", store + "=" + id)));
    return cluster.run(jar, arguments, start.from());
  }

  /**
   * Makes the topics that are missing and registers the schemas; harmless when all is there.
   *
   * @return the ids of the schemas by dataset
   */
  private Map<String, Integer> prepareSources(Pipeline pipeline)
      throws IOException, InterruptedException {
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (Pipeline.Source source : pipeline.sources().values()) {
      String topic = source.topic();
      String rejects = topic + ".dlq";
      if (broker.createTopic(topic, SOURCE_PARTITIONS)) {
        progress.accept("created topic " + topic);
      } else {
        warnOfPackedBatches(topic);
      }
      if (broker.createDeadLetterTopic(rejects, DEAD_LETTER_PARTITIONS, topic)) {
        progress.accept("created topic " + rejects);
      }
      ids.put(source.dataset().name(), register(source));
    }
    return ids;
  }

  private void warnOfPackedBatches(String topic) throws IOException, InterruptedException {
    broker
        .packedBytes(topic)
        .ifPresent(
            bytes ->
                progress.accept(
                    "warning: topic %s takes compressed batches of up to %,d bytes, which may be a thousand times as many in the job; let only producers write to it that you trust, or set it with: kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name %s --add-config compression.type=uncompressed"
                        .formatted(topic, bytes, at.kafka(), topic)));
  }

  private int register(Pipeline.Source source) throws IOException {
    String subject = source.subject();
    try {
      int id = schemas.register(subject, source.dataset().schema());
      progress.accept("schema of %s is %s, id %d".formatted(source.dataset().name(), subject, id));
      return id;
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
        deadline = Math.min(deadline, System.nanoTime() + waits.failing().toNanos());
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
