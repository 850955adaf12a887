package io.sluice.connectors.kafka.transactions;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListTransactionsOptions;
import org.apache.kafka.clients.admin.TransactionDescription;
import org.apache.kafka.clients.admin.TransactionListing;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TransactionalIdNotFoundException;

/**
 * The transactions of a cluster. Every call waits for 30 s at most and throws an {@link
 * IOException} that names the broker and the question.
 */
public final class KafkaTransactions implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Set<TransactionState> OPEN =
      EnumSet.of(
          TransactionState.ONGOING,
          TransactionState.PREPARE_COMMIT,
          TransactionState.PREPARE_ABORT,
          TransactionState.PREPARE_EPOCH_FENCE);

  private final String bootstrap;
  private final Admin admin;

  /** Of the cluster at {@code host:port,...}. */
  public KafkaTransactions(String bootstrap) {
    this.bootstrap = bootstrap;
    admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                Long.toString(TIMEOUT.toMillis())));
  }

  /** All that are open, the oldest first. One that ends meanwhile may be missing. */
  public List<OpenTransaction> open() throws IOException, InterruptedException {
    List<OpenTransaction> found = new ArrayList<>();
    for (TransactionListing listed :
        get(
            "listing transactions",
            admin.listTransactions(new ListTransactionsOptions().filterStates(OPEN)).all())) {
      describe(listed.transactionalId())
          .filter(described -> OPEN.contains(described.state()))
          .ifPresent(described -> found.add(open(listed.transactionalId(), described)));
    }
    found.sort(Comparator.comparing(each -> each.began().orElse(Instant.MAX)));
    return found;
  }

  /**
   * What became of the last transaction of an id, as Kafka names it, such as {@code
   * CompleteCommit}; empty when Kafka knows no such id.
   */
  public Optional<String> state(String id) throws IOException, InterruptedException {
    return describe(id).map(described -> described.state().toString());
  }

  /** One transaction, if it is open. */
  public Optional<OpenTransaction> open(String id) throws IOException, InterruptedException {
    return describe(id)
        .filter(described -> OPEN.contains(described.state()))
        .map(described -> open(id, described));
  }

  /**
   * Aborts the transaction that is open under an id and keeps its producer from going on. The id
   * must be known: Kafka takes any other one for that of a new producer.
   */
  public void abort(String id) throws IOException, InterruptedException {
    get("aborting transaction " + id, admin.fenceProducers(Set.of(id)).all());
  }

  private Optional<TransactionDescription> describe(String id)
      throws IOException, InterruptedException {
    try {
      return Optional.of(
          get(
              "describing transaction " + id,
              admin.describeTransactions(Set.of(id)).description(id)));
    } catch (IOException e) {
      if (e.getCause() instanceof TransactionalIdNotFoundException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static OpenTransaction open(String id, TransactionDescription described) {
    return new OpenTransaction(
        id,
        described.state().toString(),
        described.producerId(),
        described.transactionStartTimeMs().isPresent()
            ? Optional.of(Instant.ofEpochMilli(described.transactionStartTimeMs().getAsLong()))
            : Optional.empty(),
        Duration.ofMillis(described.transactionTimeoutMs()),
        described.topicPartitions().stream().map(TopicPartition::toString).sorted().toList());
  }

  private <T> T get(String question, KafkaFuture<T> future)
      throws IOException, InterruptedException {
    try {
      return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException(
          question + " at Kafka " + bootstrap + ": " + e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new IOException(
          question + " at Kafka " + bootstrap + ": no answer in " + TIMEOUT.toSeconds() + " s", e);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(5));
  }
}
