package io.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.connectors.kafka.transactions.OpenTransaction;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is shown of open transactions, and which of them may be aborted. */
class TransactionsCommandTest extends CommandRun {
  private static final String OURS = "sluice.city.trips/-0-1";
  private static final Duration TIMEOUT = Duration.ofMinutes(13);
  private static final Instant NOW = Instant.now().truncatedTo(ChronoUnit.SECONDS);

  private void open(String id, String state, Instant began) {
    platform.transactions.add(
        new OpenTransaction(
            id, state, 7, Optional.ofNullable(began), TIMEOUT, List.of("city.trips.v1.dlq-0")));
  }

  private String aborted() {
    return String.join(
        ", ", platform.calls.stream().filter(call -> call.startsWith("abort")).toList());
  }

  @Test
  void listsWhatIsOpen() {
    assertThat(run("transactions", "list")).isZero();
    assertThat(out).hasToString("No open transaction.\n");
    open(OURS, "Ongoing", NOW.minusSeconds(90));
    open("theirs", "PrepareCommit", null);
    out.getBuffer().setLength(0);
    assertThat(run("transactions", "list")).isZero();
    assertThat(out.toString().lines().toList().get(1))
        .matches(
            "sluice\\.city\\.trips/-0-1 +Ongoing +1 min 3\\d s +%s +city\\.trips\\.v1\\.dlq-0"
                .formatted(NOW.minusSeconds(90).plus(TIMEOUT)));
    assertThat(out.toString().lines().toList().get(2))
        .matches("theirs +PrepareCommit +- +- +city\\.trips\\.v1\\.dlq-0");
  }

  @Test
  void listsForPrograms() {
    open(OURS, "Ongoing", Instant.parse("2026-01-31T13:45:00Z"));
    assertThat(run("transactions", "list", "--json", "--kafka", "kafka:9092")).isZero();
    assertThat(platform.calls).contains("broker kafka:9092");
    assertThat(out)
        .hasToString(
            """
            [ {
              "id" : "sluice.city.trips/-0-1",
              "state" : "Ongoing",
              "producer" : 7,
              "began" : "2026-01-31T13:45:00Z",
              "until" : "2026-01-31T13:58:00Z",
              "partitions" : [ "city.trips.v1.dlq-0" ]
            } ]
            """);
  }

  @Test
  void abortsWhatItsProducerCannotCommitAnyMore() {
    open(OURS, "Ongoing", NOW.minus(TIMEOUT));
    assertThat(run("transactions", "abort", OURS)).isZero();
    assertThat(aborted()).isEqualTo("abort " + OURS);
    assertThat(out)
        .hasToString(
            "Transaction sluice.city.trips/-0-1 is aborted: its messages in city.trips.v1.dlq-0 are not delivered, and consumers of committed records go on.\n");
  }

  @Test
  void refusesWhileItsProducerMayCommitIt() {
    open(OURS, "Ongoing", NOW.minusSeconds(60));
    assertThat(run("transactions", "abort", OURS)).isEqualTo(1);
    assertThat(aborted()).isEmpty();
    assertThat(err)
        .hasToString(
            "sluice: Transaction sluice.city.trips/-0-1 was not aborted: its producer may still commit it until %s, when Kafka aborts it by itself. It is of the pipeline city: if a checkpoint holds it, the pipeline would fail again and again until it is started without state. Wait until then, or abort it now and lose its messages: --lose-messages\n"
                .formatted(NOW.minusSeconds(60).plus(TIMEOUT)));
    assertThat(run("transactions", "abort", OURS, "--lose-messages")).isZero();
    assertThat(aborted()).isEqualTo("abort " + OURS);
  }

  @Test
  void refusesWhatKafkaTellsNoBeginOf() {
    open("theirs", "Ongoing", null);
    assertThat(run("transactions", "abort", "theirs")).isEqualTo(1);
    assertThat(err)
        .hasToString(
            "sluice: Transaction theirs was not aborted: its producer may still commit it. Its producer would fail. Wait until then, or abort it now and lose its messages: --lose-messages\n");
  }

  @Test
  void refusesWhatIsNotOpen() {
    platform.endedTransactions.put("done", "CompleteCommit");
    open("ending", "PrepareCommit", NOW);
    assertThat(run("transactions", "abort", "done", "--lose-messages")).isEqualTo(1);
    assertThat(run("transactions", "abort", "wrong")).isEqualTo(1);
    assertThat(run("transactions", "abort", "ending", "--lose-messages")).isEqualTo(1);
    assertThat(aborted()).isEmpty();
    assertThat(err)
        .hasToString(
            """
            sluice: The transaction done is not open (Kafka calls it CompleteCommit): there is nothing to abort. Open ones: ending.
            sluice: Kafka knows no transaction wrong. Open ones: ending. An id is written as 'sluice transactions list' shows it.
            sluice: The end of transaction ending is decided (Kafka calls it PrepareCommit) and being written: it cannot be aborted. If it stays so, a broker with one of its partitions is away: city.trips.v1.dlq-0.
            """);
  }
}
