package io.sluice.connectors.kafka.transactions;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A transaction whose end no partition has seen. Readers of committed records get nothing of its
 * partitions from behind its first record.
 *
 * @param id the transactional id
 * @param state as Kafka names it: {@code Ongoing}, or {@code Prepare...} when its end is being
 *     written
 * @param producer the producer's id
 * @param began when it began; empty when Kafka does not say
 * @param timeout after which Kafka aborts it by itself
 * @param partitions those that it wrote to, as {@code topic-partition}, in order
 */
public record OpenTransaction(
    String id,
    String state,
    long producer,
    Optional<Instant> began,
    Duration timeout,
    List<String> partitions) {

  public OpenTransaction {
    partitions = List.copyOf(partitions);
  }

  /** Whether its end has not been decided. */
  public boolean isOngoing() {
    return state.equals("Ongoing");
  }

  /** Until when its producer may still end it; empty when Kafka does not say. */
  public Optional<Instant> until() {
    return began.map(begin -> begin.plus(timeout));
  }
}
