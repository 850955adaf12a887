package io.sluice.connectors.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.junit.jupiter.api.Test;

class MeasuredStoreTest {
  private static final long NOW = 1_700_000_000_000L;

  private final CompletableFuture<HashStore.Written> answer = new CompletableFuture<>();
  private final DescriptiveStatisticsHistogram latency = new DescriptiveStatisticsHistogram(10);
  private final HashStore store = new MeasuredStore(new TestingStore(), latency, () -> NOW);

  private final class TestingStore implements HashStore {
    @Override
    public CompletionStage<Written> put(List<HashUpdate> updates) {
      return answer;
    }

    @Override
    public void removeUpTo(String keys, long version) {
      throw new UnsupportedOperationException("Nothing begins anew");
    }

    @Override
    public long maxBytes() {
      return Long.MAX_VALUE;
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  private static HashUpdate arrivedAt(long millis) {
    return new HashUpdate(null, "k", 1, List.of(), List.of(), millis);
  }

  @Test
  void measuresWhenTheStoreHasAnswered() {
    store.put(List.of(arrivedAt(NOW - 7)));
    assertThat(latency.getCount()).isZero();
    answer.complete(new HashStore.Written(0, List.of()));
    assertThat(latency.getCount()).isEqualTo(1);
    assertThat(latency.getStatistics().getMax()).isEqualTo(7);
  }

  @Test
  void leavesOutRowsWithoutATimeAndCountsOnesOfTheFutureAsNow() {
    answer.complete(new HashStore.Written(0, List.of()));
    store.put(List.of(arrivedAt(HashUpdate.NO_ARRIVAL), arrivedAt(NOW + 5)));
    assertThat(latency.getCount()).isEqualTo(1);
    assertThat(latency.getStatistics().getMax()).isZero();
  }

  @Test
  void measuresNothingThatFails() {
    CompletionStage<HashStore.Written> put = store.put(List.of(arrivedAt(NOW)));
    answer.completeExceptionally(new IllegalStateException("away"));
    assertThat(put.toCompletableFuture()).isCompletedExceptionally();
    assertThat(latency.getCount()).isZero();
  }
}
