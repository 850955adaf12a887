package io.sluice.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.connectors.kafka.transactions.OpenTransaction;
import io.sluice.sandbox.home.Component;
import io.sluice.testkit.fault.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * Each alert of {@code k8s/base/alerts.yaml} but one fires in a real failure of a running pipeline
 * and ends with its repair, in a real Prometheus; none fires in an hour without failures. The hour
 * and all other times of the rules are divided by {@link WatchedStack#DIVISOR}.
 */
@Tag("faults")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AlertsITCase {
  private static final double HALF = 0.5;
  private static final String SILVER = "silver/trades";

  @TempDir private static Path folder;
  private static WatchedStack watched;

  @BeforeAll
  static void start() throws Exception {
    watched = WatchedStack.start(folder);
  }

  @AfterAll
  static void stop() throws Exception {
    if (watched != null) {
      watched.close();
    }
  }

  @Test
  @Order(1)
  void noneFiresInAHealthyHour() throws Exception {
    Duration hour = watched.rules.shortened(Duration.ofHours(1));
    String history =
        "count_over_time(sluice:table_version:max{table=\"silver/trades\"}[%dms]) >= %d"
            .formatted(hour.toMillis(), hour.toSeconds() - 1);
    watched.until("an hour of the rules").until(() -> watched.prometheus.query(history).size() > 0);
    assertThat(watched.prometheus.firedWithin(hour)).isEmpty();
  }

  @Test
  @Order(2)
  void aTaskManagerThatIsKilledStopsCheckpoints() {
    watched.stack.sandbox().kill(Component.TASKMANAGER);
    watched.awaitFiring("SluiceNoCheckpoint", "SluiceTransactionsAtRisk");
    watched.stack.sandbox().start(Component.TASKMANAGER);
    watched.awaitClear("SluiceNoCheckpoint", "SluiceTransactionsAtRisk");
  }

  @Test
  @Order(3)
  void aProducerThatSendsWhatNoRuleAcceptsRaisesTheShareOfRejects() throws Exception {
    try (SteadyTrades poison = SteadyTrades.begin(watched.stack, HALF, 32)) {
      watched.awaitFiring("SluiceRejectShare");
    }
    watched.awaitClear("SluiceRejectShare");
  }

  @Test
  @Order(4)
  void aTableThatIsPausedStandsStillAndGrowsStale() throws Exception {
    watched.stack.maintenance().pause(SILVER, Duration.ofMinutes(5));
    watched.awaitFiring(
        "SluiceTableStandsStill", "SluiceFreshnessBurnsFast", "SluiceFreshnessBurnsSlowly");
    watched.stack.maintenance().resume(SILVER);
    watched.awaitClear(
        "SluiceTableStandsStill", "SluiceFreshnessBurnsFast", "SluiceFreshnessBurnsSlowly");
  }

  @Test
  @Order(5)
  void aReaderThatKafkaHoldsBackFallsBehind() throws Exception {
    try (ReadQuota slow = ReadQuota.of(watched.stack.at().kafka(), 2_000)) {
      watched.awaitFiring("SluiceLag");
    }
    watched.awaitClear("SluiceLag");
  }

  @Test
  @Order(6)
  void aStoreThatRefusesCheckpointsIsNoticedAndTheJobRestarts() {
    watched.network.strikeAll(
        request -> request.method().equals("PUT") && request.key().startsWith("flink/checkpoints/"),
        Fault.SLOW_DOWN);
    watched.awaitFiring("SluiceStorageErrors", "SluiceJobRestarts");
    watched.network.calm();
    watched.awaitClear("SluiceStorageErrors", "SluiceJobRestarts");
  }

  @Test
  @Order(7)
  void aJobManagerThatIsKilledIsMissed() {
    watched.stack.sandbox().kill(Component.JOBMANAGER);
    watched.awaitFiring("SluiceJobNotRunning");
    watched.stack.sandbox().start(Component.JOBMANAGER);
    watched.awaitClear("SluiceJobNotRunning");
  }

  /**
   * A running job knows its schemas; one that starts again asks for them, for half a minute each
   * time. That is not divided, so its restarts are too rare here for their alert.
   */
  @Test
  @Order(8)
  void aRegistryThatIsAwayWhenTheJobStartsAgainStopsCheckpoints() {
    watched.stack.sandbox().kill(Component.REGISTRY);
    watched.stack.sandbox().kill(Component.TASKMANAGER);
    watched.stack.sandbox().start(Component.TASKMANAGER);
    watched.awaitFiring("SluiceNoCheckpoint");
    watched.stack.sandbox().start(Component.REGISTRY);
    watched.awaitClear("SluiceNoCheckpoint");
  }

  /** Its checkpoint holds the transaction and is not complete yet: the moment for a loss. */
  @Test
  @Order(9)
  void aTransactionThatWasAbortedBeforeItsCommitIsLost() throws Exception {
    watched.network.hangFor(Duration.ofSeconds(8));
    watched.network.strikeAll(
        request -> request.method().equals("PUT") && request.key().endsWith("/_metadata"),
        Fault.HANG);
    OpenTransaction waiting = watched.awaitTransactionOfCheckpoint();
    assertThat(watched.command("transactions", "list")).contains(waiting.id());
    assertThat(watched.command("transactions", "abort", waiting.id()))
        .contains("its producer may still commit it", "--lose-messages");
    assertThat(watched.command("transactions", "abort", waiting.id(), "--lose-messages"))
        .contains("is aborted");
    watched.network.calm();
    watched.awaitFiring("SluiceTransactionsLost");
    watched.startWithoutState();
    watched.awaitClear("SluiceTransactionsLost");
  }

  /** A gap in the ledger takes a bug of the job, which no failure of the servers brings about. */
  @Test
  @Order(10)
  void eachOtherAlertHasFired() {
    Set<String> others = new TreeSet<>(watched.rules.alerts());
    assertThat(others.remove("SluiceLedgerGap")).isTrue();
    assertThat(watched.seen()).isEqualTo(others);
  }
}
