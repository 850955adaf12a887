package io.sluice.connectors.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.connectors.kafka.catchup.CatchUp;
import io.sluice.connectors.kafka.catchup.Pace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceEvent;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.kafka.source.split.KafkaPartitionSplit;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.metrics.groups.SourceReaderMetricGroup;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.table.data.RowData;
import org.apache.flink.util.SimpleUserCodeClassLoader;
import org.apache.flink.util.UserCodeClassLoader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a reader asks whether its topic is still the same. */
class AnnouncingReaderTest {
  private final TestingGuard guard = new TestingGuard();
  private final TestingReader delegate = new TestingReader();
  private final List<SourceEvent> sent = new ArrayList<>();
  private long nanos;
  private long pending;
  private final AnnouncingReader reader =
      new AnnouncingReader(
          delegate,
          new KafkaPositions("127.0.0.1:1", "t", "g"),
          guard,
          new CatchUp(() -> nanos, () -> pending),
          new TestingContext());

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

  @Test
  void tellsWhenItCatchesUpAndWhenItHasEvenWithoutRecords() throws Exception {
    delegate.status = InputStatus.NOTHING_AVAILABLE;
    reader.pollNext(null);
    assertThat(sent).isEmpty();
    pending = 1_000_000;
    nanos += 1_000_000_000;
    reader.pollNext(null);
    assertThat(sent).containsExactly(Pace.BEHIND);
    pending = 0;
    nanos += 1_000_000_000;
    reader.snapshotState(1);
    assertThat(sent).containsExactly(Pace.BEHIND, Pace.LIVE);
  }

  @Test
  void aBusyReaderLooksAtItsLagToo() throws Exception {
    pending = 1_000_000;
    nanos += 1_000_000_000;
    delegate.status = InputStatus.MORE_AVAILABLE;
    for (int i = 0; i < 1023; i++) {
      reader.pollNext(null);
    }
    assertThat(sent).isEmpty();
    reader.pollNext(null);
    assertThat(sent).containsExactly(Pace.BEHIND);
  }

  @Test
  void aReaderThatIsNeverPolledSaysThatItIsQuietAndItsFirstRecordThatItIsNot() throws Exception {
    nanos += 60_000_000_000L;
    reader.snapshotState(1);
    assertThat(sent).containsExactly(Pace.QUIET);
    delegate.status = InputStatus.MORE_AVAILABLE;
    reader.pollNext(null);
    assertThat(sent).containsExactly(Pace.QUIET, Pace.LIVE);
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

  /** Of the first subtask; keeps what is sent. */
  private final class TestingContext implements SourceReaderContext {
    @Override
    public SourceReaderMetricGroup metricGroup() {
      return UnregisteredMetricsGroup.createSourceReaderMetricGroup();
    }

    @Override
    public Configuration getConfiguration() {
      return new Configuration();
    }

    @Override
    public String getLocalHostName() {
      return "localhost";
    }

    @Override
    public int getIndexOfSubtask() {
      return 0;
    }

    @Override
    public void sendSplitRequest() {
      throw new AssertionError("Kafka's splits are assigned");
    }

    @Override
    public void sendSourceEventToCoordinator(SourceEvent event) {
      sent.add(event);
    }

    @Override
    public UserCodeClassLoader getUserCodeClassLoader() {
      return SimpleUserCodeClassLoader.create(getClass().getClassLoader());
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
