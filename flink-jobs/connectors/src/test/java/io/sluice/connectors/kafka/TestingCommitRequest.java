package io.sluice.connectors.kafka;

import org.apache.flink.api.connector.sink2.Committer;

/** Remembers what the committer said. */
final class TestingCommitRequest<C> implements Committer.CommitRequest<C> {
  private final C committable;
  String outcome = "committed";

  TestingCommitRequest(C committable) {
    this.committable = committable;
  }

  @Override
  public C getCommittable() {
    return committable;
  }

  @Override
  public int getNumberOfRetries() {
    return 0;
  }

  @Override
  public void signalFailedWithKnownReason(Throwable reason) {
    outcome = "dropped";
  }

  @Override
  public void signalFailedWithUnknownReason(Throwable reason) {
    outcome = "failed";
  }

  @Override
  public void retryLater() {
    outcome = "retry";
  }

  @Override
  public void updateAndRetryLater(C updated) {
    outcome = "retry";
  }

  @Override
  public void signalAlreadyCommitted() {
    outcome = "already committed";
  }
}
