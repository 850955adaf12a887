package io.sluice.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.sandbox.home.Component;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the market-risk pipeline costs while it has nothing to do, on real processes: processor time
 * of JobManager and TaskManager over a minute, as a share of one core.
 */
class IdleCostITCase {
  private static final List<Component> FLINK = List.of(Component.JOBMANAGER, Component.TASKMANAGER);

  /** A minute until the readers are quiet; the rest is for the compiler, which has work to do. */
  private static final Duration BEFORE = Duration.ofMinutes(4);

  private static final Duration MEASURED = Duration.ofMinutes(1);
  private static final double LARGEST_SHARE = 0.03;

  @TempDir private static Path folder;

  @Test
  @Tag("benchmark")
  void aPipelineWithoutEventsCostsThreePercentOfACore() throws Exception {
    try (FaultStack stack = FaultStack.start(folder.resolve("home"));
        FaultRun run = FaultRun.begin(stack, 20)) {
      run.awaitLedgerAfter(0);
      pass(BEFORE);
      long checkpoints = run.lastCheckpoint();
      long[] before = FLINK.stream().mapToLong(each -> processorMillis(stack, each)).toArray();
      pass(MEASURED);
      double[] shares = new double[FLINK.size()];
      double sum = 0;
      for (int i = 0; i < shares.length; i++) {
        long used = processorMillis(stack, FLINK.get(i)) - before[i];
        shares[i] = (double) used / MEASURED.toMillis();
        sum += shares[i];
      }
      long taken = run.lastCheckpoint() - checkpoints;
      Duration first = firstCheckpointAfterRecords(run);
      System.out.printf(
          "JobManager %.2f %%, TaskManager %.2f %%, together %.2f %% of a core; %d checkpoints in a minute; "
              + "the first one after new records came %d ms after they were sent%n",
          100 * shares[0], 100 * shares[1], 100 * sum, taken, first.toMillis());
      assertThat(first).isLessThan(Duration.ofSeconds(3));
      run.requireExactlyOnce();
      assertThat(sum).isLessThanOrEqualTo(LARGEST_SHARE);
    }
  }

  /** Of records that come after a quiet time; sending them takes a part of it. */
  private static Duration firstCheckpointAfterRecords(FaultRun run) throws Exception {
    long ledger = run.ledgerVersion();
    long sent = System.nanoTime();
    run.send(2);
    run.awaitLedgerAfter(ledger);
    return Duration.ofNanos(System.nanoTime() - sent);
  }

  private static void pass(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    await()
        .atMost(time.multipliedBy(2))
        .pollInterval(Duration.ofMillis(100))
        .until(() -> System.nanoTime() >= end);
  }

  private static long processorMillis(FaultStack stack, Component component) {
    return ProcessHandle.of(stack.sandbox().pid(component).orElseThrow())
        .flatMap(process -> process.info().totalCpuDuration())
        .orElseThrow()
        .toMillis();
  }
}
