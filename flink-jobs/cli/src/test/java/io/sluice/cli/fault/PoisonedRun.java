package io.sluice.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.cli.demo.measure.LakeFindings;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.text.CommandFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** A pipeline of its own beside another one's run, which is sent every poison. */
final class PoisonedRun implements AutoCloseable {
  private final FaultStack stack;
  private final ParcelTopic topic;
  private final FoundParcels found;
  private final Poisons poisons;
  private final List<Poison> sent = new ArrayList<>();
  private final String job;

  private PoisonedRun(FaultStack stack) throws Exception {
    this.stack = stack;
    topic = ParcelTopic.create(stack.at().kafka());
    found = new FoundParcels(stack.owners());
    found.takeKey(Poisons.TAKEN);
    Instant minute = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(1, ChronoUnit.HOURS);
    poisons = new Poisons(ParcelWriters.register(stack.at().registry()), minute);
    var definitions = ParcelWriters.FOLDER.resolve("parcels");
    job = stack.submit(definitions.resolve("pipeline.yaml"), definitions, Optional.empty());
  }

  /** Makes the topics, registers the producers' schemas and submits the pipeline. */
  static PoisonedRun begin(FaultStack stack) throws Exception {
    return new PoisonedRun(stack);
  }

  /** Sends every poison once and waits until the ledger has accounted for all records. */
  void sendRound() throws Exception {
    for (Poison poison : poisons.nextRound()) {
      send(poison, sent.size() % ParcelTopic.PARTITIONS);
    }
    FaultRun.eventually("a ledger of all records of the poisoned pipeline")
        .until(() -> found.lake().ledger().consumed() >= sent.size());
  }

  /** Sends what closes the windows of all records so far. */
  void closeWindows() throws Exception {
    for (int partition = 0; partition < ParcelTopic.PARTITIONS; partition++) {
      send(poisons.closing(), partition);
    }
  }

  private void send(Poison poison, int partition) throws Exception {
    topic.send(poison, partition);
    sent.add(poison);
  }

  /** Requires that each record is where it belongs, and the rest of the stores as without it. */
  void requireExact() throws Exception {
    ExpectedParcels expected = new ExpectedParcels(sent);
    FaultRun.eventually("the final windows")
        .until(() -> found.gold().size() >= expected.gold().size());
    awaitCheckpoint(lastCheckpoint() + 2);
    requireAccounted(expected);
    requireDeadLetters(expected);
    requireViews(expected);
    requireHealthy();
  }

  private void requireAccounted(ExpectedParcels expected) throws IOException {
    assertThat(found.lake().bronze().rows()).as("bronze").isEqualTo(expected.sent());
    assertThat(found.lake().rejected()).as("quarantine").isEqualTo(expected.rejected());
    assertThat(found.silver()).as("silver").containsExactlyInAnyOrderElementsOf(expected.silver());
    assertThat(found.silverColumns()).as("with the column of a producer").contains("extra");
    LakeFindings.Ledger ledger = found.lake().ledger();
    assertThat(ledger)
        .as("ledger")
        .isEqualTo(
            new LakeFindings.Ledger(
                expected.sent(),
                expected.silver().size(),
                expected.rejected().values().stream().mapToLong(Long::longValue).sum(),
                expected.duplicates(),
                0));
    assertThat(ledger.silver() + ledger.rejected() + ledger.duplicates())
        .as("every record sent is somewhere")
        .isEqualTo(sent.size());
    assertThat(found.lake().late()).as("late events").isZero();
  }

  private void requireDeadLetters(ExpectedParcels expected) {
    List<ConsumerRecord<byte[], byte[]>> letters = topic.deadLetters();
    Map<String, Long> byRule =
        letters.stream()
            .collect(
                Collectors.groupingBy(
                    letter -> header(letter, "reject.rule").orElse("none"), Collectors.counting()));
    assertThat(byRule).as("dead letters").isEqualTo(expected.rejected());
    assertThat(letters)
        .as("those that are too large for their topic")
        .filteredOn(letter -> header(letter, "reject.size").isPresent())
        .hasSize(rounds(expected))
        .allMatch(letter -> letter.value() == null);
    assertThat(letters)
        .as("those with a time that their topic does not take")
        .filteredOn(letter -> header(letter, "reject.timestamp").isPresent())
        .hasSize(2 * rounds(expected));
  }

  /** There is one record without an id in each. */
  private static int rounds(ExpectedParcels expected) {
    return expected.rejected().get("required:id").intValue();
  }

  private static Optional<String> header(ConsumerRecord<byte[], byte[]> letter, String name) {
    Header header = letter.headers().lastHeader(name);
    return Optional.ofNullable(header)
        .map(there -> new String(there.value(), StandardCharsets.UTF_8));
  }

  private void requireViews(ExpectedParcels expected) throws Exception {
    for (String view : List.of(Poisons.WINDOWS, Poisons.RUNNING, Poisons.SHARES)) {
      assertThat(found.rejected(view)).as("rejected/" + view).isEqualTo(expected.rejected(view));
    }
    requireSame("gold", found.gold(), expected.gold());
    requireSame("windows in PostgreSQL", found.jdbcWindows(), expected.jdbcWindows());
    requireSame("groups in PostgreSQL", found.jdbcRunning(), expected.jdbcRunning());
    requireSame("groups in Redis", found.redisRunning(), expected.redisRunning());
    requireSame("shares in Redis", found.redisShares(), expected.redisShares());
    assertThat(found.taken(Poisons.TAKEN)).isEqualTo("somebody else's");
  }

  private static void requireSame(String what, List<String> found, List<String> expected) {
    assertThat(found).as(what).containsExactlyInAnyOrderElementsOf(expected);
  }

  private void requireHealthy() throws IOException, InterruptedException {
    assertThat(stack.cluster().failure(job)).as("failures of the poisoned job").isEmpty();
    assertThat(stack.cluster().health(job).restarts()).as("its restarts").isZero();
    assertThat(stack.cluster().jobs())
        .filteredOn(each -> each.id().equals(job))
        .extracting(Cluster.Job::state)
        .containsExactly("RUNNING");
  }

  /** Takes the job a table that it needs; returns when it has failed that often. */
  void failForEver(int times) throws Exception {
    found.breakTable();
    send(poisons.closing(), 0);
    FaultRun.eventually(times + " restarts of the poisoned job")
        .ignoreException(CommandFailure.class)
        .until(() -> stack.cluster().health(job).restarts() >= times);
    assertThat(stack.cluster().failure(job).orElseThrow()).contains(Poisons.RUNNING);
  }

  private long lastCheckpoint() throws IOException, InterruptedException {
    return stack.cluster().lastCheckpoint(job).map(Cluster.Checkpoint::id).orElse(0L);
  }

  private void awaitCheckpoint(long id) {
    FaultRun.eventually("checkpoint " + id + " of the poisoned job")
        .until(() -> lastCheckpoint() >= id);
  }

  @Override
  public void close() throws Exception {
    topic.close();
    found.close();
  }
}
