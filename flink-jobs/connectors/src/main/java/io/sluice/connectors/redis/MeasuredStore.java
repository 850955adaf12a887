package io.sluice.connectors.redis;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Histogram;

/** Measures how long after its newest event a row is readable. */
final class MeasuredStore implements HashStore {
  private final HashStore store;
  private final Histogram latency;
  private final LongSupplier clock;

  /**
   * @param latency takes milliseconds, from the store's threads
   * @param clock epoch milliseconds
   */
  MeasuredStore(HashStore store, Histogram latency, LongSupplier clock) {
    this.store = store;
    this.latency = latency;
    this.clock = clock;
  }

  @Override
  public CompletionStage<Written> put(List<HashUpdate> updates) {
    return store
        .put(updates)
        .thenApply(
            written -> {
              measure(updates);
              return written;
            });
  }

  private void measure(List<HashUpdate> updates) {
    long now = clock.getAsLong();
    for (HashUpdate update : updates) {
      if (update.arrival() != HashUpdate.NO_ARRIVAL) {
        latency.update(Math.max(0, now - update.arrival()));
      }
    }
  }

  @Override
  public void removeUpTo(String keys, long version) throws IOException, InterruptedException {
    store.removeUpTo(keys, version);
  }

  @Override
  public long maxBytes() {
    return store.maxBytes();
  }

  @Override
  public void close() {
    store.close();
  }
}
