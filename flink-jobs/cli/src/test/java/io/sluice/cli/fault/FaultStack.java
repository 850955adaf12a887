package io.sluice.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.TestingCommands;
import io.sluice.cli.about.PipelineNames;
import io.sluice.cli.command.SluiceCommand;
import io.sluice.cli.demo.FreshStart;
import io.sluice.cli.demo.measure.Names;
import io.sluice.cli.platform.Broker;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.platform.LocalPlatform;
import io.sluice.cli.platform.Platform;
import io.sluice.cli.platform.ServedViews;
import io.sluice.cli.platform.TableMaintenance;
import io.sluice.cli.storage.ObjectStoreAccess;
import io.sluice.cli.submit.PipelineFiles;
import io.sluice.cli.submit.RestorePoints;
import io.sluice.cli.submit.Rewind;
import io.sluice.cli.submit.StartPoint;
import io.sluice.cli.submit.Submission;
import io.sluice.cli.submit.Submitted;
import io.sluice.cli.submit.SubmittedPipelines;
import io.sluice.cli.submit.Upgrade;
import io.sluice.cli.text.CliContext;
import io.sluice.definition.pipeline.PipelineLoader;
import io.sluice.sandbox.Sandbox;
import io.sluice.sandbox.TemporarySandbox;
import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.home.DistFolder;
import io.sluice.sandbox.home.ObjectStore;
import io.sluice.sandbox.home.Ports;
import io.sluice.sandbox.home.SandboxOptions;
import io.sluice.sandbox.home.Storage;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import picocli.CommandLine;

/** Real servers on free ports whose Flink processes a test may kill; all scenarios share them. */
public final class FaultStack implements JobPlace, AutoCloseable {
  private static final int PARALLELISM = 2;
  private static final String GROUP = "sluice." + Names.PIPELINE;
  private static final Path ROOT = root();

  private final CliContext context = TestingCommands.context(ROOT);
  private final Path home;
  private final TemporarySandbox servers;
  private final Platform platform;
  private final Endpoints at;
  private final int schemaId;

  private FaultStack(Path home, SandboxOptions options, Storage storage) throws IOException {
    this.home = home;
    servers = TemporarySandbox.start(home, context.serverFiles(), options, storage);
    sandbox().endpoints().objects().ifPresent(this::look);
    platform = new LocalPlatform(context.serverFiles());
    at = endpoints(sandbox().endpoints());
    schemaId =
        platform
            .schemas(at)
            .register(
                Names.TOPIC + "-value",
                PipelineLoader.loadDataset(Names.DATASET, context.shippedDefinitions()).schema());
  }

  /** The repository, above the module whose tests run. */
  static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.isDirectory(folder.resolve("flink-jobs"))) {
      folder = folder.getParent();
    }
    return folder;
  }

  private Endpoints endpoints(io.sluice.sandbox.home.Endpoints there) {
    return new Endpoints(
        there.kafka(),
        there.registryUrl(),
        there.redisUri(),
        there.jdbcUrl(),
        there.flinkUrl(),
        there.lake(),
        there.objects().map(ObjectStore::endpoint),
        sandbox().home().secrets());
  }

  /** Starts everything; the folder must be empty. */
  public static FaultStack start(Path home) throws IOException {
    return start(home, SandboxOptions.standard().withPorts(Ports.anyFree()));
  }

  /** Starts everything with other options. */
  public static FaultStack start(Path home, SandboxOptions options) throws IOException {
    return new FaultStack(home, options, Storage.DISK);
  }

  /** Starts everything with tables and state in a bucket. */
  public static FaultStack startOnBucket(Path home) throws IOException {
    return new FaultStack(home, SandboxOptions.standard().withPorts(Ports.anyFree()), Storage.S3);
  }

  /** Lets the readers of this process look at tables and state through a store. */
  void look(ObjectStore store) {
    ObjectStoreAccess.grant(store, new DistFolder(context.serverFiles()).flinkPlugins());
  }

  public Endpoints at() {
    return at;
  }

  /** The endpoints with the passwords of who may do everything in Redis and PostgreSQL. */
  Endpoints owners() {
    return endpoints(sandbox().ownersEndpoints());
  }

  public Sandbox sandbox() {
    return servers.sandbox();
  }

  /** What was submitted of the shipped pipeline. */
  Submitted submitted() throws IOException {
    return new SubmittedPipelines(home).find(Names.PIPELINE).orElseThrow();
  }

  /** The job's jar, as commands upload it. */
  Path jobJar() {
    return context.jobJar();
  }

  /** The registry's id of the trades schema. */
  int schemaId() {
    return schemaId;
  }

  public Names.Tables tables() {
    return Names.Tables.under(at.lake());
  }

  @Override
  public Cluster cluster() {
    return platform.cluster(at);
  }

  /** A cluster of Flink beside the stack, which is spoken to in the clear. */
  public Cluster cluster(String url) {
    return platform.cluster(
        new Endpoints(
            at.kafka(), at.registry(), at.redis(), at.jdbc(), url, at.lake(), at.objects(), home));
  }

  /** Kills a process and starts another in its place, which answers when this returns. */
  void killAndStart(Component component) {
    sandbox().kill(component);
    sandbox().start(component);
  }

  /**
   * Kills a process unseen by its launcher; returns when the sandbox has started it again and knows
   * that it answers: until then a kill is a start that failed, and the next one waits longer.
   *
   * @return the time from the kill until another process ran
   */
  public Duration killAndAwait(Component component) {
    long victim = sandbox().pid(component).orElseThrow();
    long killed = System.nanoTime();
    ProcessHandle.of(victim).orElseThrow().destroyForcibly();
    FaultRun.eventually("another process of " + component)
        .until(() -> sandbox().pid(component).orElse(victim) != victim);
    Duration started = Duration.ofNanos(System.nanoTime() - killed);
    FaultRun.eventually("answers of " + component)
        .until(() -> sandbox().isReady(component) && sandbox().history(component).answered());
    return started;
  }

  /** Ends the job of an earlier scenario and removes what it left in every store. */
  public void clear() throws IOException, InterruptedException {
    for (Cluster.Job job : cluster().jobs()) {
      if (job.active()) {
        cluster().cancel(job.id());
      }
    }
    // Whatever classes of ended jobs a TaskManager keeps, a scenario is not to die of them.
    sandbox().stop(Component.TASKMANAGER);
    sandbox().start(Component.TASKMANAGER);
    new FreshStart(home, at.lake()).clean(at, step -> {});
  }

  /**
   * Submits the shipped pipeline.
   *
   * @param restoreFrom a savepoint or retained checkpoint
   * @return the job's id; all of its tasks run
   */
  @Override
  public String submit(Optional<String> restoreFrom) throws IOException, InterruptedException {
    return submit(restoreFrom, PARALLELISM);
  }

  /** Submits any pipeline. */
  String submit(Path pipeline, Path definitions, Optional<String> restoreFrom)
      throws IOException, InterruptedException {
    return submit(pipeline, definitions, restoreFrom, PARALLELISM);
  }

  /** Submits the shipped pipeline on a number of parallel tasks. */
  String submit(Optional<String> restoreFrom, int parallelism)
      throws IOException, InterruptedException {
    return submit(
        PipelineFiles.resolve(Names.PIPELINE, context.shippedPipelines()),
        context.shippedDefinitions(),
        restoreFrom,
        parallelism);
  }

  private String submit(
      Path pipeline, Path definitions, Optional<String> restoreFrom, int parallelism)
      throws IOException, InterruptedException {
    try (Broker broker = platform.broker(at)) {
      return new Submission(
              platform, at, broker, new SubmittedPipelines(home), context.jobJar(), step -> {})
          .submit(
              pipeline,
              definitions,
              OptionalInt.of(parallelism),
              StartPoint.of(restoreFrom).acceptingOlder());
    }
  }

  /** Upgrades the pipeline that runs. */
  void upgrade(Path pipeline, Duration within, BooleanSupplier interrupted)
      throws IOException, InterruptedException {
    try (Broker broker = platform.broker(at)) {
      upgrade(broker, interrupted)
          .run(
              new Upgrade.Target(
                  pipeline, context.shippedDefinitions(), Optional.empty(), OptionalInt.empty()),
              within);
    }
  }

  /** Runs a command of the command line on this stack; returns its exit code. */
  int command(PrintWriter output, String... words) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--home", home.toString()));
    return new CommandLine(new SluiceCommand(context, platform), PipelineNames.factory(context))
        .setOut(output)
        .setErr(output)
        .execute(all.toArray(String[]::new));
  }

  /** Runs the pipeline on another number of parallel tasks. */
  public Upgrade.Outcome scale(int parallelism, Duration within)
      throws IOException, InterruptedException {
    try (Broker broker = platform.broker(at)) {
      return upgrade(broker, () -> false).scale(Names.PIPELINE, parallelism, within);
    }
  }

  /**
   * Takes the pipeline back to a savepoint.
   *
   * @param progress is told each step; what it throws breaks the rewind off
   */
  Rewind.Outcome rewind(String savepoint, Consumer<String> progress)
      throws IOException, InterruptedException {
    try (Broker broker = platform.broker(at)) {
      return new Rewind(
              platform,
              at,
              broker,
              new SubmittedPipelines(home),
              new RestorePoints(platform.state(home)),
              context.jobJar(),
              progress)
          .run(Names.PIPELINE, savepoint);
    }
  }

  /** Goes on with the pipeline as it was submitted, unless tables are newer. */
  String restore(String savepoint) throws IOException, InterruptedException {
    SubmittedPipelines submitted = new SubmittedPipelines(home);
    try (Broker broker = platform.broker(at)) {
      return new Submission(platform, at, broker, submitted, context.jobJar(), step -> {})
          .resubmit(
              submitted.find(Names.PIPELINE).orElseThrow(),
              PARALLELISM,
              StartPoint.of(Optional.of(savepoint)));
    }
  }

  /** The views in Redis and PostgreSQL. */
  ServedViews views() {
    return platform.views(at);
  }

  /** The upkeep of the lake's tables. */
  TableMaintenance maintenance() {
    return platform.maintenance(at.lake());
  }

  private Upgrade upgrade(Broker broker, BooleanSupplier interrupted) {
    return new Upgrade(
        platform,
        at,
        broker,
        new SubmittedPipelines(home),
        new RestorePoints(platform.state(home)),
        context.jobJar(),
        step -> {},
        interrupted);
  }

  /** The shipped pipeline with some text in place of another. */
  Path edited(String name, Map<String, String> replacements) throws IOException {
    String text =
        Files.readString(PipelineFiles.resolve(Names.PIPELINE, context.shippedPipelines()));
    for (Map.Entry<String, String> each : replacements.entrySet()) {
      assertThat(text).contains(each.getKey());
      text = text.replace(each.getKey(), each.getValue());
    }
    return Files.writeString(home.resolve(name), text);
  }

  /** How many hashes of a view Redis holds. */
  long hashes(String view) {
    try (ServedViews views = platform.views(at)) {
      return views.hashes("sluice:" + view + ":");
    }
  }

  String savepoints() {
    return new RestorePoints(platform.state(home)).savepointFolder(Names.PIPELINE);
  }

  /** The newest checkpoint that a cancelled job left. */
  String retainedCheckpoint(String job) throws IOException {
    return new RestorePoints(platform.state(home)).latestCheckpoint(job).orElseThrow();
  }

  /** How many records the group of the pipeline has not committed to Kafka. */
  long lag() throws IOException, InterruptedException {
    try (Broker broker = platform.broker(at)) {
      return broker.lag(GROUP, Names.TOPIC);
    }
  }

  /** Partition to offset, as the pipeline's group has committed them to Kafka. */
  Map<TopicPartition, OffsetAndMetadata> committedOffsets() throws Exception {
    try (Admin admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, at.kafka()))) {
      return admin
          .listConsumerGroupOffsets(GROUP)
          .partitionsToOffsetAndMetadata()
          .get(30, TimeUnit.SECONDS);
    }
  }

  @Override
  public void close() {
    servers.close();
  }
}
