package io.sluice.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.cli.demo.Topics;
import io.sluice.cli.demo.measure.Check;
import io.sluice.cli.demo.measure.CheckTable;
import io.sluice.cli.demo.measure.Coverage;
import io.sluice.cli.demo.measure.DeltaLogTail;
import io.sluice.cli.demo.measure.Names;
import io.sluice.cli.demo.measure.Reconciliation;
import io.sluice.cli.demo.measure.StoreReaders;
import io.sluice.cli.demo.trade.DemoClock;
import io.sluice.cli.demo.trade.DemoEvents;
import io.sluice.cli.demo.trade.ExpectedResults;
import io.sluice.cli.demo.trade.LoadProducer;
import io.sluice.cli.demo.trade.Oracle;
import io.sluice.cli.demo.trade.SendTimes;
import io.sluice.cli.demo.trade.TradeGenerator;
import io.sluice.cli.demo.trade.TradeMix;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.storage.StoredFiles;
import io.sluice.cli.text.CommandFailure;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;

/**
 * One scenario: empty stores, a fresh job, and trades sent in the background, a quarter at a time,
 * so that a fault falls into the middle however fast or slow the machine is. What the stores hold
 * in the end is compared with the oracle, which knows of no fault.
 */
public final class FaultRun implements AutoCloseable {
  private static final double DIRTY = 0.04;
  private static final int QUARTERS = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(180);

  private final FaultStack stack;
  private final JobPlace place;
  private final Load size;
  private final DemoEvents events;
  private final List<CompletableFuture<Void>> quarters =
      Stream.generate(() -> new CompletableFuture<Void>()).limit(QUARTERS).toList();
  private final FutureTask<Long> load;
  private final Thread sender;
  private volatile boolean enough;
  private String job;
  private long ledgerVersion;

  /**
   * What is sent.
   *
   * @param events how many
   * @param rate events per second, while the sending is not held up
   */
  public record Load(int events, long rate) {
    static final Load STANDARD = new Load(20_000, 4_000);
  }

  private FaultRun(FaultStack stack, JobPlace place, Load size, long seed) {
    this.stack = stack;
    this.place = place;
    this.size = size;
    events = new DemoEvents(size.events());
    load = new FutureTask<>(() -> sendAll(seed));
    sender = new Thread(load, "sender of scenario " + seed);
  }

  /** Empties the stores, submits the pipeline and sends the first quarter. */
  static FaultRun begin(FaultStack stack, long seed) throws IOException, InterruptedException {
    return begin(stack, Load.STANDARD, seed);
  }

  /** The same with more or fewer trades. */
  public static FaultRun begin(FaultStack stack, Load size, long seed)
      throws IOException, InterruptedException {
    stack.clear();
    return begin(stack, stack, size, seed);
  }

  /** Submits the pipeline to another Flink than the stack's; the stores must be empty. */
  public static FaultRun begin(FaultStack stack, JobPlace place, long seed)
      throws IOException, InterruptedException {
    return begin(stack, place, Load.STANDARD, seed);
  }

  private static FaultRun begin(FaultStack stack, JobPlace place, Load size, long seed)
      throws IOException, InterruptedException {
    var run = new FaultRun(stack, place, size, seed);
    run.job = place.submit(Optional.empty());
    run.send(1);
    run.sender.start();
    return run;
  }

  private long sendAll(long seed) throws InterruptedException {
    var generator =
        new TradeGenerator(
            new TradeMix(size.events(), DIRTY, seed), seed, stack.schemaId(), events);
    var producer = LoadProducer.connect(stack.at().kafka());
    var load = new LoadProducer(producer, Names.TOPIC, events);
    // Closing it waits until everything is acknowledged.
    try (producer) {
      load.run(
          generator,
          size.events(),
          new SendTimes(new DemoClock(), size.rate()),
          (sent, acked) -> goOn(sent));
    } catch (Enough e) {
      // What was sent counts.
    }
    return load.acknowledged();
  }

  private void goOn(long sent) {
    quarters.get((int) Math.min(QUARTERS - 1, sent * QUARTERS / size.events())).join();
    if (enough) {
      throw new Enough();
    }
  }

  /** Ends the sending early. */
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  /** Sends no more: what was sent so far is what the stores must hold. */
  public void endSending() {
    enough = true;
  }

  /** The job that the scenario runs now. */
  public String job() {
    return job;
  }

  public static ConditionFactory eventually(String what) {
    return await(what).pollInterval(Duration.ofMillis(50)).atMost(PATIENCE);
  }

  /** How often the ledger has accounted for records so far. */
  long ledgerVersion() throws IOException {
    String ledger = stack.tables().ledger();
    StoredFiles files = StoredFiles.of(ledger);
    while (files.written(DeltaLogTail.commitFile(ledger, ledgerVersion + 1)).isPresent()) {
      ledgerVersion++;
    }
    return ledgerVersion;
  }

  /** Waits until the ledger has accounted for more than it had. */
  void awaitLedgerAfter(long version) {
    eventually("version " + (version + 1) + " of the ledger")
        .until(() -> ledgerVersion() > version);
  }

  /** Waits until the ledger has accounted for records of that checkpoint or a later one. */
  void awaitLedgerOf(long checkpoint) {
    eventually("the ledger of checkpoint " + checkpoint)
        .until(
            () ->
                BlockedTable.checkpointOf(stack.tables().ledger(), ledgerVersion()) >= checkpoint);
  }

  /** Sends on, up to the end of a quarter, and waits until the ledger has some more records. */
  void sendAndCommit(int upToQuarter) throws IOException {
    long before = ledgerVersion();
    send(upToQuarter);
    awaitLedgerAfter(before);
  }

  /** Waits until the records of two checkpoints are committed, then sends the third quarter. */
  public void reachTheMiddle() throws IOException {
    awaitLedgerAfter(0);
    sendAndCommit(2);
    send(3);
  }

  /** The id of the last completed checkpoint of the job, 0 before the first. */
  public long lastCheckpoint() throws IOException, InterruptedException {
    return place.cluster().lastCheckpoint(job).map(Cluster.Checkpoint::id).orElse(0L);
  }

  /** A JobManager that is recovering a job refuses questions about it; one that starts, all. */
  public static boolean isAway(Throwable failure) {
    return failure instanceof CommandFailure || failure instanceof IOException;
  }

  /** Waits until a checkpoint of that id or a later one is complete. */
  public void awaitCheckpoint(long id) {
    eventually("checkpoint " + id)
        .ignoreExceptionsMatching(FaultRun::isAway)
        .until(() -> lastCheckpoint() >= id);
  }

  /** Submits again, as a job of another id. */
  void resubmit(Optional<String> restoreFrom) throws IOException, InterruptedException {
    String before = job;
    job = place.submit(restoreFrom);
    assertThat(job).isNotEqualTo(before);
  }

  /** Submits again on another number of parallel tasks. */
  void resubmit(Optional<String> restoreFrom, int parallelism)
      throws IOException, InterruptedException {
    job = stack.submit(restoreFrom, parallelism);
  }

  /** Something that replaces the job. */
  @FunctionalInterface
  interface Change {
    void make() throws IOException, InterruptedException;
  }

  /** Upgrades or scales the pipeline. */
  void change(Change change) throws IOException, InterruptedException {
    try {
      change.make();
    } finally {
      job =
          stack.cluster().jobs().stream()
              .filter(Cluster.Job::active)
              .findFirst()
              .orElseThrow()
              .id();
    }
  }

  /** Sends on, up to the end of a quarter, 1 to 4. */
  public void send(int upToQuarter) {
    quarters.subList(0, upToQuarter).forEach(quarter -> quarter.complete(null));
  }

  /**
   * Sends the rest, waits until every store holds everything and requires all of it to be what a
   * run without a fault gives.
   */
  public ExpectedResults requireExactlyOnce() throws Exception {
    send(QUARTERS);
    long acked = acknowledged();
    ExpectedResults expected = Oracle.compute(events, Topics.PARTITIONS);
    try (var stores = new StoreReaders(stack.at())) {
      Coverage coverage = stores.coverage(expected);
      eventually("everything in every store").until(coverage::look, Optional::isEmpty);
      // What the first of these began with, the second finds committed everywhere.
      awaitCheckpoint(lastCheckpoint() + 2);
      List<Check> checks =
          Reconciliation.compare(events.size(), expected, stores.read(events.size(), acked));
      assertThat(checks).as(CheckTable.render(checks)).allMatch(Check::passes);
    }
    requireOneJob();
    return expected;
  }

  private void requireOneJob() throws IOException, InterruptedException {
    assertThat(place.cluster().jobs())
        .filteredOn(each -> each.active() && each.name().equals(Names.PIPELINE))
        .extracting(Cluster.Job::id)
        .containsExactly(job);
  }

  /**
   * The same after a rewind, but for the dead-letter topic, which gets letters twice. Counts of log
   * entries do not tell when all is there: the log has rows that were taken back.
   */
  ExpectedResults requireExactlyOnceAfterRewind() throws Exception {
    send(QUARTERS);
    long acked = acknowledged();
    ExpectedResults expected = Oracle.compute(events, Topics.PARTITIONS);
    eventually("everything in every store")
        .ignoreExceptionsMatching(FaultRun::isAway)
        .untilAsserted(() -> requireSame(expected, acked));
    awaitCheckpoint(lastCheckpoint() + 2);
    requireSame(expected, acked);
    requireOneJob();
    return expected;
  }

  private void requireSame(ExpectedResults expected, long acked) {
    try (var stores = new StoreReaders(stack.at())) {
      List<Check> checks =
          Reconciliation.compare(events.size(), expected, stores.read(events.size(), acked))
              .stream()
              .filter(check -> !check.name().equals("dead-letter topic"))
              .toList();
      assertThat(checks).as(CheckTable.render(checks)).allMatch(Check::passes);
    }
  }

  private long acknowledged() throws InterruptedException, ExecutionException, TimeoutException {
    return load.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
  }

  /** Ends the sending, whatever became of the scenario. */
  @Override
  public void close() throws InterruptedException {
    send(QUARTERS);
    sender.join(PATIENCE.toMillis());
    assertThat(sender.isAlive()).as("the sender runs on").isFalse();
  }
}
