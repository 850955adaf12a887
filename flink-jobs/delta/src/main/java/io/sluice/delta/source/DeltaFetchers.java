package io.sluice.delta.source;

import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.function.Supplier;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.base.source.reader.fetcher.SingleThreadFetcherManager;
import org.apache.flink.connector.base.source.reader.fetcher.SplitFetcher;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.table.data.RowData;

/**
 * Ends all fetchers when a reader is closed. Flink 2.2 forgets one that it has ended for lack of
 * splits, although its thread waits until the task has passed over its last mark: of a task that is
 * cancelled before that, the thread stays for ever, and the task ends half a minute later.
 */
final class DeltaFetchers extends SingleThreadFetcherManager<RowData, DeltaSplit> {

  /** A fetcher is held by its thread; the others are of no interest. */
  private final Set<SplitFetcher<RowData, DeltaSplit>> made =
      Collections.newSetFromMap(new WeakHashMap<>());

  DeltaFetchers(Supplier<SplitReader<RowData, DeltaSplit>> reader, Configuration configuration) {
    super(reader, configuration);
  }

  @Override
  protected synchronized SplitFetcher<RowData, DeltaSplit> createSplitFetcher() {
    SplitFetcher<RowData, DeltaSplit> fetcher = super.createSplitFetcher();
    made.add(fetcher);
    return fetcher;
  }

  @Override
  public synchronized void close(long timeoutMillis) throws Exception {
    made.forEach(SplitFetcher::shutdown);
    super.close(timeoutMillis);
  }
}
