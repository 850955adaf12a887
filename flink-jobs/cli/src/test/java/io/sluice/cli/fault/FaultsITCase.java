package io.sluice.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.demo.measure.LakeFindings;
import io.sluice.cli.demo.trade.ExpectedResults;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.submit.Upgrade;
import io.sluice.sandbox.home.Component;
import io.sluice.sandbox.home.Ports;
import io.sluice.sandbox.home.SandboxOptions;
import io.sluice.testkit.SparkReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The market-risk pipeline on real processes, with a fault in the middle of the stream. After each
 * fault every table, view and topic must hold what a run without it gives.
 */
class FaultsITCase {
  private static final Duration WITHIN = Duration.ofMinutes(2);

  @TempDir private static Path folder;
  private static Path home;
  private static FaultStack stack;
  private static SparkReader spark;

  @BeforeAll
  static void start() throws IOException {
    home = folder.resolve("ä b,c'd");
    // State has files soon, from which it is divided anew when a job is scaled.
    stack =
        FaultStack.start(
            home,
            SandboxOptions.standard()
                .withPorts(Ports.anyFree())
                .withFlinkSettings(Map.of("state.changelog.periodic-materialize.interval", "5 s")));
  }

  @AfterAll
  static void stop() throws IOException {
    if (spark != null) {
      spark.close();
    }
    if (stack != null) {
      stack.close();
      assertThat(stack.sandbox().isAnyRunning()).isFalse();
    }
    assertThat(
            ProcessHandle.allProcesses()
                .flatMap(process -> process.info().commandLine().stream())
                .filter(line -> line.contains(home.toString())))
        .as("processes of the stack")
        .isEmpty();
  }

  @Test
  @Tag("faults")
  void aKilledTaskManagerLosesAndRepeatsNothing() throws Exception {
    try (FaultRun run = FaultRun.begin(stack, 1)) {
      run.reachTheMiddle();
      stack.killAndStart(Component.TASKMANAGER);
      run.requireExactlyOnce();
      assertThat(stack.cluster().failure(run.job())).as("the job noticed the kill").isPresent();
    }
  }

  @Test
  @Tag("faults")
  void aJobGoesOnByItselfAfterItsJobManagerWasKilled() throws Exception {
    try (FaultRun run = FaultRun.begin(stack, 2)) {
      run.reachTheMiddle();
      long before = run.lastCheckpoint();
      stack.killAndStart(Component.JOBMANAGER);
      run.awaitCheckpoint(before + 1);
      run.requireExactlyOnce();
    }
  }

  @Test
  @Tag("faults")
  void aJobGoesOnFromTheSavepointThatItWasStoppedWith() throws Exception {
    try (FaultRun run = FaultRun.begin(stack, 3)) {
      run.reachTheMiddle();
      String savepoint = stack.cluster().stop(run.job(), stack.savepoints(), false);
      long waiting = stack.lag();
      run.send(4);
      FaultRun.eventually("trades that were sent while nothing ran")
          .until(() -> stack.lag() > waiting);
      run.resubmit(Optional.of(savepoint));
      ExpectedResults expected = run.requireExactlyOnce();
      assertThat(stack.cluster().failure(run.job())).isEmpty();
      requireThatADrainClosesAllWindows(run, expected);
    }
  }

  /**
   * The definition is interrupted as soon as it runs. Then it takes, although it takes checkpoints
   * by itself once in a minute only.
   */
  @Test
  @Tag("faults")
  void anUpgradeTakesOrIsTakenBackAndRepeatsNothing() throws Exception {
    String view =
        "  trades_by_book:\n    {from: trades, key: [book], running: true, aggregate: {trades: count()}, sinks: [redis]}\n";
    Map<String, String> added = Map.of("# Names only:", view + "# Names only:");
    Path edited = stack.edited("edited.yaml", added);
    Path rare =
        Files.writeString(
            home.resolve("rare.yaml"),
            Files.readString(edited) + "run: {checkpoint: {interval: 1m}}\n");
    try (FaultRun run = FaultRun.begin(stack, 10)) {
      run.reachTheMiddle();
      String before = run.job();
      assertThatThrownBy(
              () -> run.change(() -> stack.upgrade(rare, WITHIN, () -> runsAnother(before))))
          .hasMessageContaining("was not changed: it was interrupted")
          .hasMessageContaining("market-risk runs as before, as job");
      assertThat(stack.hashes("trades_by_book")).isZero();
      run.send(4);
      run.change(() -> stack.upgrade(rare, WITHIN, () -> false));
      run.requireExactlyOnce();
    }
  }

  /** Whether all tasks of another job run. */
  private boolean runsAnother(String before) {
    Cluster cluster = stack.cluster();
    try {
      for (Cluster.Job job : cluster.jobs()) {
        if (job.active() && !job.id().equals(before) && cluster.allTasksRunning(job.id())) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Slowly: windows are open over several changes, while their tasks write files. */
  @Test
  @Tag("faults")
  void aPipelineThatIsScaledRepeatsNothing() throws Exception {
    FaultRun.Load slow = new FaultRun.Load(20_000, 400);
    try (FaultRun run = FaultRun.begin(stack, slow, 11)) {
      run.reachTheMiddle();
      assertThat(scaledTo(1)).isEqualTo(Upgrade.Change.IN_PLACE);
      stack.killAndStart(Component.JOBMANAGER);
      FaultRun.eventually("the number of tasks, by another JobManager")
          .ignoreExceptionsMatching(FaultRun::isAway)
          .until(() -> stack.cluster().allTasksRunning(run.job()));
      assertThat(stack.cluster().parallelism(run.job())).isEqualTo(1);
      run.send(4);
      for (int tasks : List.of(2, 1, 2)) {
        assertThat(scaledTo(tasks)).isEqualTo(Upgrade.Change.IN_PLACE);
      }
      run.requireExactlyOnce();
      stack.cluster().cancel(run.job());
      run.resubmit(Optional.of(stack.retainedCheckpoint(run.job())), 1);
      assertThat(scaledTo(2)).isEqualTo(Upgrade.Change.BY_SAVEPOINT);
    }
  }

  private static Upgrade.Change scaledTo(int parallelism) throws Exception {
    return stack.scale(parallelism, WITHIN).change();
  }

  /** After the last record, whether all partitions were silent for long or not. */
  private static void requireThatADrainClosesAllWindows(FaultRun run, ExpectedResults expected)
      throws Exception {
    stack.cluster().stop(run.job(), stack.savepoints(), true);
    LakeFindings.Exposures gold = new LakeFindings(stack.tables()).gold();
    assertThat(gold.byKey()).hasSize(Math.toIntExact(gold.rows()));
    assertThat(gold.byKey().keySet()).containsAll(expected.deltaAfterSilence().keySet());
    assertThat(gold.byKey().values().stream().mapToLong(ExpectedResults.Exposure::trades).sum())
        .isEqualTo(expected.accepted() - expected.late());
  }

  @Test
  @Tag("faults")
  void aCancelledJobGoesOnFromItsRetainedCheckpoint() throws Exception {
    try (FaultRun run = FaultRun.begin(stack, 4)) {
      run.reachTheMiddle();
      stack.cluster().cancel(run.job());
      run.resubmit(Optional.of(stack.retainedCheckpoint(run.job())));
      run.requireExactlyOnce();
      assertThat(stack.cluster().failure(run.job())).isEmpty();
    }
  }

  @Test
  @Tag("faults")
  void aJobThatIsTakenBackToAnOldSavepointRepeatsNothing() throws Exception {
    try (FaultRun run = FaultRun.begin(stack, 5)) {
      run.awaitLedgerAfter(0);
      String old = stack.cluster().savepoint(run.job(), stack.savepoints());
      run.sendAndCommit(2);
      run.sendAndCommit(3);
      stack.cluster().cancel(run.job());
      run.resubmit(Optional.of(old));
      ExpectedResults expected = run.requireExactlyOnce();
      assertThat(stack.cluster().failure(run.job())).isEmpty();
      spark().requireSame(expected);
    }
  }

  @Test
  @Tag("faults")
  void aJobWithoutItsStateRepeatsNothingInTablesThatAreThere() throws Exception {
    try (FaultRun run = FaultRun.begin(stack, 6)) {
      run.reachTheMiddle();
      stack.cluster().cancel(run.job());
      // A start that went on from the group's offsets would lose the state of the views.
      assertThat(stack.committedOffsets()).isNotEmpty();
      run.resubmit(Optional.empty());
      run.requireExactlyOnce();
      assertThat(stack.cluster().failure(run.job())).isEmpty();
    }
  }

  @Test
  @Tag("faults")
  void aKillBetweenCheckpointAndCommitLosesAndRepeatsNothing() throws Exception {
    try (FaultRun run = FaultRun.begin(stack, 7)) {
      run.awaitLedgerAfter(0);
      long inDoubt;
      try (BlockedTable silver = BlockedTable.of(stack.tables().silver())) {
        long committed = silver.checkpointOf(silver.version() - 1);
        // The ledger commits what silver cannot; after that no checkpoint gets past silver.
        run.send(3);
        run.awaitLedgerOf(committed + 1);
        stack.sandbox().kill(Component.TASKMANAGER);
        inDoubt = run.lastCheckpoint();
        assertThat(inDoubt).as("complete, but not committed in silver").isGreaterThan(committed);
        silver.remove();
        stack.sandbox().start(Component.TASKMANAGER);
        FaultRun.eventually("the commit that was in doubt")
            .until(() -> silver.isPublished(silver.version()));
        assertThat(silver.checkpointOf(silver.version())).isBetween(committed + 1, inDoubt);
      }
      ExpectedResults expected = run.requireExactlyOnce();
      spark().requireSame(expected);
    }
  }

  @Test
  @Tag("faults")
  void aJobOutlivesTheServersAroundIt() throws Exception {
    try (FaultRun run = FaultRun.begin(stack, 8)) {
      run.reachTheMiddle();
      for (Component server :
          List.of(Component.REDIS, Component.POSTGRES, Component.REGISTRY, Component.KAFKA)) {
        stack.killAndStart(server);
      }
      run.requireExactlyOnce();
    }
  }

  @Test
  @Tag("faults")
  void sixtyKillsAtRandomLoseAndRepeatNothing() throws Exception {
    int kills = 60;
    Random random = new Random(9);
    List<Component> all = stack.sandbox().components();
    Map<Component, List<Duration>> started = new EnumMap<>(Component.class);
    try (FaultRun run = FaultRun.begin(stack, 9)) {
      for (int kill = 0; kill < kills; kill++) {
        run.send(1 + kill * 4 / kills);
        Component victim = all.get(random.nextInt(all.size()));
        started.computeIfAbsent(victim, each -> new ArrayList<>()).add(stack.killAndAwait(victim));
      }
      run.requireExactlyOnce();
    }
    System.out.printf("from a kill to the next process: %s%n", started);
    assertThat(started.values().stream().flatMap(List::stream))
        .as("each is started again within 5 s: %s", started)
        .hasSize(kills)
        .allMatch(time -> time.toSeconds() < 5);
  }

  /** Started by the first scenario that asks; it takes a while. */
  private static SparkFindings spark() throws IOException {
    if (spark == null) {
      spark = SparkReader.start();
    }
    return new SparkFindings(spark, stack.tables());
  }
}
