package io.sluice.connectors.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Refuses a transaction timeout with which a restart could lose messages: the broker aborts a
 * transaction that is open for longer, so it must outlive a checkpoint and the longest recovery.
 */
public final class TransactionTimeouts {
  private TransactionTimeouts() {}

  /**
   * Checks the timeout of a sink against the broker and the job.
   *
   * @param brokerMaxMs the broker's {@code transaction.max.timeout.ms}
   * @param transactionTimeout the sink's {@code transaction.timeout.ms}
   * @param checkpointInterval how often a checkpoint starts
   * @param checkpointTimeout how long one may take
   * @param restartBudget how long the job may be down before a person takes over
   * @throws IllegalArgumentException with every reason and the remedy
   */
  public static void check(
      long brokerMaxMs,
      Duration transactionTimeout,
      Duration checkpointInterval,
      Duration checkpointTimeout,
      Duration restartBudget) {
    List<String> problems = new ArrayList<>();
    Duration needed = checkpointInterval.plus(checkpointTimeout).plus(restartBudget);
    if (transactionTimeout.compareTo(needed) <= 0) {
      problems.add(
          "it must be larger than "
              + needed.toMillis()
              + " ms = checkpoint interval "
              + checkpointInterval.toMillis()
              + " + checkpoint timeout "
              + checkpointTimeout.toMillis()
              + " + restart budget "
              + restartBudget.toMillis()
              + ", else Kafka may abort messages that a checkpoint holds; raise it or lower those");
    }
    if (transactionTimeout.toMillis() > brokerMaxMs) {
      problems.add(
          "the broker allows at most "
              + brokerMaxMs
              + " ms; raise transaction.max.timeout.ms on the broker, or lower what it is made of: the longest checkpoint interval "
              + checkpointInterval.toMillis()
              + ", run.checkpoint.timeout "
              + checkpointTimeout.toMillis()
              + ", run.restartBudget "
              + restartBudget.toMillis()
              + " and a minute");
    }
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(
          "Kafka transaction timeout of "
              + transactionTimeout.toMillis()
              + " ms: "
              + String.join("; ", problems));
    }
  }
}
