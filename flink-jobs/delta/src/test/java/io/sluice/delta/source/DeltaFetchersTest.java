package io.sluice.delta.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.delta.parquet.FileRange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.source.reader.RecordsBySplits;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.apache.flink.table.data.RowData;
import org.junit.jupiter.api.Test;

/** With Flink's own threads. */
class DeltaFetchersTest {
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private final TestingReader reader = new TestingReader();
  private final DeltaFetchers fetchers = new DeltaFetchers(() -> reader, new Configuration());

  /** As when a task is cancelled between taking the mark and passing over it. */
  @Test
  void endsAFetcherWhoseLastMarkNobodyPasses() throws Exception {
    fetchers.addSplits(
        List.of(
            new DeltaSplit("1", new FileRange("a.parquet", Map.of(), Optional.empty(), 0, 9), 0)));
    take();
    await().atMost(LONGEST).until(fetchers::maybeShutdownFinishedFetchers);
    take();
    long begin = System.nanoTime();
    fetchers.close(LONGEST.toMillis());
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(LONGEST.dividedBy(2));
    await().atMost(LONGEST).until(() -> reader.closed);
  }

  private void take() {
    await().atMost(LONGEST).until(() -> fetchers.getQueue().poll() != null);
  }

  /** Has nothing to read of any split. */
  private static final class TestingReader implements SplitReader<RowData, DeltaSplit> {
    private final List<String> waiting = new ArrayList<>();
    private volatile boolean closed;

    @Override
    public RecordsWithSplitIds<RowData> fetch() {
      RecordsBySplits.Builder<RowData> ended = new RecordsBySplits.Builder<>();
      ended.addFinishedSplits(Set.copyOf(waiting));
      waiting.clear();
      return ended.build();
    }

    @Override
    public void handleSplitsChanges(SplitsChange<DeltaSplit> change) {
      change.splits().forEach(split -> waiting.add(split.splitId()));
    }

    @Override
    public void wakeUp() {}

    @Override
    public void close() {
      closed = true;
    }
  }
}
