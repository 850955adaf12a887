package io.sluice.job;

import io.sluice.connectors.kafka.TransactionTimeouts;
import io.sluice.definition.model.Run;

/** What a pipeline asks of the broker's longest transaction. */
public final class TransactionLimit {
  private TransactionLimit() {}

  /**
   * Refuses a run whose transactions the broker would end while the job may still commit them.
   *
   * @param brokerMaxMs the broker's {@code transaction.max.timeout.ms}
   * @throws IllegalArgumentException with the numbers and the remedy
   */
  public static void check(long brokerMaxMs, Run run) {
    TransactionTimeouts.check(
        brokerMaxMs,
        run.transactionTimeout(),
        run.checkpoint().backlogInterval(),
        run.checkpoint().timeout(),
        run.restartBudget());
  }
}
