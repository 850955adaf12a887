package io.sluice.connectors.delta;

import org.apache.flink.api.connector.sink2.Committer;

/** Remembers what the committer signalled. */
final class TestingCommitRequest implements Committer.CommitRequest<DeltaCommittable> {

  private final DeltaCommittable committable;
  private final int retries;
  boolean alreadyCommitted;
  boolean retry;
  boolean failed;

  TestingCommitRequest(DeltaCommittable committable, int retries) {
    this.committable = committable;
    this.retries = retries;
  }

  @Override
  public DeltaCommittable getCommittable() {
    return committable;
  }

  @Override
  public int getNumberOfRetries() {
    return retries;
  }

  @Override
  public void signalFailedWithKnownReason(Throwable t) {
    failed = true;
  }

  @Override
  public void signalFailedWithUnknownReason(Throwable t) {
    failed = true;
  }

  @Override
  public void retryLater() {
    retry = true;
  }

  @Override
  public void updateAndRetryLater(DeltaCommittable changed) {
    retry = true;
  }

  @Override
  public void signalAlreadyCommitted() {
    alreadyCommitted = true;
  }
}
