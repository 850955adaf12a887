package io.sluice.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.table.data.RowData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a reader asks whether its topic is still the same. */
class AnnouncingReaderTest {
  private final TestingGuard guard = new TestingGuard();
  private final TestingReader delegate = new TestingReader();
  private final AnnouncingReader reader =
      new AnnouncingReader(delegate, new KafkaPositions("127.0.0.1:1", "t", "g"), guard, 0);

  @AfterEach
  void close() {
    reader.close();
    assertThat(guard.closed).isTrue();
  }

  @Test
  void asksBeforeItReadsAndAtCheckpointsThatHaveRecords() throws Exception {
    reader.start();
    assertThat(guard.asked).isEqualTo(1);
    delegate.status = InputStatus.NOTHING_AVAILABLE;
    reader.pollNext(null);
    reader.snapshotState(1);
    assertThat(guard.asked).isEqualTo(1);
    delegate.status = InputStatus.MORE_AVAILABLE;
    reader.pollNext(null);
    reader.snapshotState(2);
    reader.snapshotState(3);
    assertThat(guard.asked).isEqualTo(2);
  }

  @Test
  void readsNothingOfAnotherTopic() throws Exception {
    guard.another = true;
    assertThatThrownBy(reader::start).isInstanceOf(TopicMadeAgainException.class);
    assertThat(delegate.started).isFalse();
    reader.pollNext(null);
    assertThatThrownBy(() -> reader.snapshotState(1))
        .isInstanceOf(TopicMadeAgainException.class)
        .hasMessageContainingAll("topic t", "its id was a and is now b", "without a savepoint");
  }

  @Test
  void asksAgainAfterNoAnswer() throws Exception {
    reader.start();
    reader.pollNext(null);
    guard.silent = true;
    reader.snapshotState(1);
    guard.silent = false;
    reader.snapshotState(2);
    reader.snapshotState(3);
    assertThat(guard.asked).isEqualTo(3);
  }

  @Test
  void startsWithoutAnAnswerAndAsksAtTheNextCheckpoint() {
    guard.silent = true;
    reader.start();
    assertThat(delegate.started).isTrue();
    guard.silent = false;
    guard.another = true;
    assertThatThrownBy(() -> reader.snapshotState(1)).isInstanceOf(TopicMadeAgainException.class);
  }

  private static final class TestingGuard implements TopicGuard {
    private int asked;
    private boolean another;
    private boolean silent;
    private boolean closed;

    @Override
    public void check() throws IOException {
      asked++;
      if (silent) {
        throw new IOException("no answer");
      }
      if (another) {
        throw new TopicMadeAgainException("t", "a", "b");
      }
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  private static final class TestingReader implements SourceReader<RowData, KafkaPartitionSplit> {
    private InputStatus status = InputStatus.MORE_AVAILABLE;
    private boolean started;

    @Override
    public void start() {
      started = true;
    }

    @Override
    public InputStatus pollNext(ReaderOutput<RowData> output) {
      return status;
    }

    @Override
    public List<KafkaPartitionSplit> snapshotState(long checkpointId) {
      return List.of();
    }

    @Override
    public CompletableFuture<Void> isAvailable() {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public void addSplits(List<KafkaPartitionSplit> splits) {
      // A test has none.
    }

    @Override
    public void notifyNoMoreSplits() {
      // Kafka always has more.
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }
}
