package io.sluice.delta.testing;

import io.sluice.delta.commit.DeltaCommittable;
import org.apache.flink.api.connector.sink2.Committer;

/** Remembers what the committer signalled. */
public final class TestingCommitRequest implements Committer.CommitRequest<DeltaCommittable> {

  private final DeltaCommittable committable;
  private final int retries;
  public boolean alreadyCommitted;
  public boolean retry;
  public boolean failed;

  public TestingCommitRequest(DeltaCommittable committable, int retries) {
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
