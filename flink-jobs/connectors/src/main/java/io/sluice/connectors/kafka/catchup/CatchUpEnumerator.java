package io.sluice.connectors.kafka.catchup;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells Flink that the source works off a backlog as long as one of its readers does, and as long
 * as all sources of the job are quiet: a checkpoint without records costs as much as one with few.
 * Checkpoints are taken at {@code execution.checkpointing.interval-during-backlog} then. When that
 * ends, Flink takes the next one within its usual interval. All else is the wrapped enumerator's.
 * Runs on the coordinator's thread.
 */
public final class CatchUpEnumerator
    implements SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> {

  private static final Logger LOG = LoggerFactory.getLogger(CatchUpEnumerator.class);

  private final SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> delegate;
  private final SplitEnumeratorContext<KafkaPartitionSplit> context;
  private final JobSources job;
  private final Runnable jobChanged = this::tellSoon;
  private final Map<Integer, Pace> readers = new HashMap<>();
  private Optional<Boolean> told = Optional.empty();
  private volatile boolean closed;

  /**
   * @param job what the job's sources have in common, and no others: their consumer group
   */
  public CatchUpEnumerator(
      SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> delegate,
      SplitEnumeratorContext<KafkaPartitionSplit> context,
      String job) {
    this.delegate = delegate;
    this.context = context;
    this.job = JobSources.of(job);
  }

  @Override
  public void start() {
    job.add(jobChanged);
    delegate.start();
  }

  /** A reader that starts, again or for the first time, is live until it says something else. */
  @Override
  public void addReader(int subtask) {
    change(subtask, Pace.LIVE);
    delegate.addReader(subtask);
  }

  @Override
  public void handleSourceEvent(int subtask, SourceEvent event) {
    if (event instanceof Pace pace) {
      change(subtask, pace);
    } else {
      delegate.handleSourceEvent(subtask, event);
    }
  }

  private void change(int subtask, Pace pace) {
    readers.put(subtask, pace);
    job.change(jobChanged, readers.values().stream().allMatch(Pace.QUIET::equals));
    tell();
  }

  /** Called on the thread of whichever source of the job has changed. */
  private void tellSoon() {
    try {
      context.runInCoordinatorThread(this::tell);
    } catch (RejectedExecutionException e) {
      // This source is being closed, and Flink takes no more checkpoints of it.
      LOG.debug("A source that ends is not told that its job reads more or less.", e);
    }
  }

  /**
   * Once in any case: Flink keeps what an enumerator said that was there before. One that is closed
   * has another one after it.
   */
  private void tell() {
    if (closed) {
      return;
    }
    Optional<Boolean> now = Optional.of(readers.containsValue(Pace.BEHIND) || job.areQuiet());
    if (!now.equals(told)) {
      told = now;
      context.setIsProcessingBacklog(now.get());
    }
  }

  @Override
  public void handleSplitRequest(int subtask, String host) {
    delegate.handleSplitRequest(subtask, host);
  }

  @Override
  public void addSplitsBack(List<KafkaPartitionSplit> splits, int subtask) {
    delegate.addSplitsBack(splits, subtask);
  }

  @Override
  public KafkaSourceEnumState snapshotState(long checkpointId) throws Exception {
    return delegate.snapshotState(checkpointId);
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    delegate.notifyCheckpointComplete(checkpointId);
  }

  @Override
  public void notifyCheckpointAborted(long checkpointId) throws Exception {
    delegate.notifyCheckpointAborted(checkpointId);
  }

  @Override
  public void close() throws IOException {
    closed = true;
    job.remove(jobChanged);
    delegate.close();
  }
}
