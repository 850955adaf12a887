package io.sluice.connectors.kafka;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.connector.kafka.sink.KafkaCommittable;
import org.apache.flink.metrics.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets Flink's committer commit, and asks {@link CommitProof} about each transaction it gives up:
 * proven committed, the committable is done; else the failure is counted and thrown, some time
 * later: with the task its counter disappears, and nobody who collects metrics would have seen it.
 */
final class LoudCommitter implements Committer<KafkaCommittable> {
  private static final Logger LOG = LoggerFactory.getLogger(LoudCommitter.class);

  private final Committer<KafkaCommittable> delegate;
  private final CommitProof proof;
  private final Counter lost;
  private final Duration shown;

  /**
   * A committer.
   *
   * @param lost counts the transactions that cannot be committed
   * @param shown for how long a loss is shown by the counter before the task fails
   */
  LoudCommitter(
      Committer<KafkaCommittable> delegate, CommitProof proof, Counter lost, Duration shown) {
    this.delegate = delegate;
    this.proof = proof;
    this.lost = lost;
    this.shown = shown;
  }

  @Override
  public void commit(Collection<CommitRequest<KafkaCommittable>> requests)
      throws IOException, InterruptedException {
    List<ListeningRequest> listening = new ArrayList<>(requests.size());
    List<CommitRequest<KafkaCommittable>> forDelegate = new ArrayList<>(requests.size());
    for (CommitRequest<KafkaCommittable> request : requests) {
      ListeningRequest listener = new ListeningRequest(request);
      listening.add(listener);
      forDelegate.add(listener);
    }
    delegate.commit(forDelegate);
    for (ListeningRequest request : listening) {
      if (request.failure != null) {
        settle(request);
      }
    }
  }

  private void settle(ListeningRequest request) throws IOException, InterruptedException {
    KafkaCommittable committable = request.getCommittable();
    if (proof.isCommitted(committable)) {
      LOG.info(
          "Kafka transaction {} was committed before, nothing to do",
          committable.getTransactionalId());
      request.signalAlreadyCommitted();
      return;
    }
    lost.inc();
    IOException failure = failure(committable, request.failure);
    LOG.error("{}. The task fails in {} s", failure.getMessage(), shown.toSeconds());
    // Ended by an interrupt when the task is cancelled.
    TimeUnit.MILLISECONDS.sleep(shown.toMillis());
    throw failure;
  }

  private static IOException failure(KafkaCommittable committable, Throwable cause) {
    return new IOException(
        "Kafka transaction "
            + committable.getTransactionalId()
            + " (producer "
            + committable.getProducerId()
            + ", epoch "
            + committable.getEpoch()
            + ") cannot be committed and was not committed before: its messages are not in Kafka."
            + " Likely the job was down for longer than transaction.timeout.ms, or another job"
            + " uses the same transactional id prefix. Restart without state to replay the"
            + " source, and raise the timeout or fix the prefix",
        cause);
  }

  @Override
  public void close() {
    try {
      delegate.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      // Flink would end the TaskManager of a failed task.
      LOG.warn("closing a Kafka committer failed; nothing is committed by it any more", e);
    }
  }

  /** Notes a failure instead of passing it on; all else goes through. */
  private static final class ListeningRequest implements CommitRequest<KafkaCommittable> {
    private final CommitRequest<KafkaCommittable> request;
    private Throwable failure;

    ListeningRequest(CommitRequest<KafkaCommittable> request) {
      this.request = request;
    }

    @Override
    public KafkaCommittable getCommittable() {
      return request.getCommittable();
    }

    @Override
    public int getNumberOfRetries() {
      return request.getNumberOfRetries();
    }

    @Override
    public void signalFailedWithKnownReason(Throwable reason) {
      failure = reason;
    }

    @Override
    public void signalFailedWithUnknownReason(Throwable reason) {
      failure = reason;
    }

    @Override
    public void retryLater() {
      request.retryLater();
    }

    @Override
    public void updateAndRetryLater(KafkaCommittable committable) {
      request.updateAndRetryLater(committable);
    }

    @Override
    public void signalAlreadyCommitted() {
      request.signalAlreadyCommitted();
    }
  }
}
