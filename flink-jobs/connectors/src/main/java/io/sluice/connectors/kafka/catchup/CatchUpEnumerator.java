package io.sluice.connectors.kafka.catchup;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.connector.kafka.source.enumerator.KafkaSourceEnumState;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;

/**
 * Tells Flink that the source works off a backlog as long as one of its readers does. Checkpoints
 * are taken at {@code execution.checkpointing.interval-during-backlog} then. All else is the
 * wrapped enumerator's. Runs on the coordinator's thread.
 */
public final class CatchUpEnumerator
    implements SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> {

  private final SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> delegate;
  private final SplitEnumeratorContext<KafkaPartitionSplit> context;
  private final Set<Integer> behind = new HashSet<>();
  private Optional<Boolean> told = Optional.empty();

  public CatchUpEnumerator(
      SplitEnumerator<KafkaPartitionSplit, KafkaSourceEnumState> delegate,
      SplitEnumeratorContext<KafkaPartitionSplit> context) {
    this.delegate = delegate;
    this.context = context;
  }

  @Override
  public void start() {
    delegate.start();
  }

  /** A reader that starts, again or for the first time, is not behind until it says so. */
  @Override
  public void addReader(int subtask) {
    behind.remove(subtask);
    tell();
    delegate.addReader(subtask);
  }

  @Override
  public void handleSourceEvent(int subtask, SourceEvent event) {
    if (!(event instanceof CatchUpEvent changed)) {
      delegate.handleSourceEvent(subtask, event);
      return;
    }
    if (changed.behind()) {
      behind.add(subtask);
    } else {
      behind.remove(subtask);
    }
    tell();
  }

  /** Once in any case: Flink keeps what an enumerator said that was there before. */
  private void tell() {
    Optional<Boolean> now = Optional.of(!behind.isEmpty());
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
    delegate.close();
  }
}
