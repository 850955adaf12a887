package io.sluice.connectors.kafka;

import io.sluice.connectors.kafka.catchup.CatchUp;
import io.sluice.connectors.kafka.catchup.Pace;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.table.data.RowData;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Emits the announcements of newly assigned partitions before it lets the wrapped reader go on,
 * notes which records it hands out, says when its pace changes, and asks for the topic's id when it
 * starts and at each checkpoint that has records. Runs on the task thread only; the wrapped
 * reader's futures may complete on others.
 */
final class AnnouncingReader implements SourceReader<RowData, KafkaPartitionSplit> {
  private static final Logger LOG = LoggerFactory.getLogger(AnnouncingReader.class);

  /** A clock costs more than a record may. */
  private static final int LOOK_RECORDS = 1024;

  private final SourceReader<RowData, KafkaPartitionSplit> delegate;
  private final KafkaPositions positions;
  private final TopicGuard guard;
  private final CatchUp catchUp;
  private final SourceReaderContext context;
  private final int subtask;
  private final ReaderPositions reader;
  private final Queue<RowData> announcements = new ArrayDeque<>();
  private boolean unchecked = true;
  private long read;

  // What was handed out last by isAvailable, and what it was derived from: a reader without data
  // must still wake up for an announcement.
  private CompletableFuture<Void> delegateAvailable = CompletableFuture.completedFuture(null);
  private CompletableFuture<Void> available = CompletableFuture.completedFuture(null);

  private ReaderOutput<RowData> output;
  private ReaderOutput<RowData> noting;

  AnnouncingReader(
      SourceReader<RowData, KafkaPartitionSplit> delegate,
      KafkaPositions positions,
      TopicGuard guard,
      CatchUp catchUp,
      SourceReaderContext context) {
    this.delegate = delegate;
    this.positions = positions;
    this.guard = guard;
    this.catchUp = catchUp;
    this.context = context;
    this.subtask = context.getIndexOfSubtask();
    this.reader = positions.register(subtask);
  }

  @Override
  public void addSplits(List<KafkaPartitionSplit> splits) {
    for (KafkaPartitionSplit split : splits) {
      TopicPartition partition = split.getTopicPartition();
      reader.assigned(partition.partition(), split.getStartingOffset());
      announcements.add(
          RawRecordDeserializer.announcement(partition.topic(), partition.partition()));
    }
    delegate.addSplits(splits);
    available.complete(null);
  }

  @Override
  public InputStatus pollNext(ReaderOutput<RowData> output) throws Exception {
    RowData next = announcements.poll();
    if (next == null) {
      InputStatus status = delegate.pollNext(noting(output));
      if (status == InputStatus.NOTHING_AVAILABLE) {
        lookAtLag();
      } else {
        unchecked = true;
        read++;
        if (read % LOOK_RECORDS == 0 || catchUp.pace() == Pace.QUIET) {
          lookAtLag();
        }
      }
      return status;
    }
    output.collect(next);
    return InputStatus.MORE_AVAILABLE;
  }

  private void lookAtLag() {
    if (catchUp.look(read)) {
      context.sendSourceEventToCoordinator(catchUp.pace());
    }
  }

  /** Flink passes the same output each time. */
  private ReaderOutput<RowData> noting(ReaderOutput<RowData> current) {
    if (current != output) {
      output = current;
      noting = new NotingOutput(current, reader);
    }
    return noting;
  }

  @Override
  public CompletableFuture<Void> isAvailable() {
    if (!announcements.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> current = delegate.isAvailable();
    if (current.isDone()) {
      return current;
    }
    if (current != delegateAvailable || available.isDone()) {
      CompletableFuture<Void> either = new CompletableFuture<>();
      current.whenComplete(
          (nothing, failure) -> {
            if (failure == null) {
              either.complete(null);
            } else {
              either.completeExceptionally(failure);
            }
          });
      delegateAvailable = current;
      available = either;
    }
    return available;
  }

  @Override
  public void start() {
    checkTopic();
    delegate.start();
  }

  /**
   * A topic's id never comes back: if the topic is still the same, all records before this
   * checkpoint are of it. They are committed after the checkpoint only.
   */
  @Override
  public List<KafkaPartitionSplit> snapshotState(long checkpointId) {
    if (unchecked) {
      checkTopic();
    }
    // A reader without records is not polled.
    lookAtLag();
    return delegate.snapshotState(checkpointId);
  }

  private void checkTopic() {
    try {
      guard.check();
      unchecked = false;
    } catch (IOException e) {
      // The consumer waits for Kafka as well.
      LOG.warn("{}; the topic is looked at again with the next checkpoint.", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while Kafka was asked for a topic's id.", e);
    }
  }

  @Override
  public void notifyNoMoreSplits() {
    delegate.notifyNoMoreSplits();
  }

  @Override
  public void handleSourceEvents(SourceEvent event) {
    delegate.handleSourceEvents(event);
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
  public void pauseOrResumeSplits(Collection<String> pause, Collection<String> resume) {
    delegate.pauseOrResumeSplits(pause, resume);
  }

  @Override
  public void close() {
    try (guard;
        reader) {
      positions.unregister(subtask, reader);
      delegate.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      // Flink would end the TaskManager of a failed task.
      LOG.warn("closing a Kafka reader failed; nothing reads from it any more", e);
    }
  }
}
