package io.sluice.delta.upsert;

import java.util.Iterator;
import java.util.stream.Stream;
import org.apache.flink.core.memory.MemorySegmentFactory;
import org.apache.flink.runtime.operators.util.BloomFilter;
import org.apache.flink.table.data.RowData;

/**
 * Which keys an index may hold, on the heap: most keys of a stream are new, and for those it saves
 * the look into RocksDB. It never says "new" of a key that the index holds. Keys are never taken
 * out; with more of them than it was made for it only saves less and less.
 *
 * <p>After a restore the keys are read little by little while rows come and at checkpoints, and
 * until all are known every key may be one of them.
 */
final class KnownKeys implements AutoCloseable {

  /** One percent of wrong "maybe" at so many keys. */
  private static final int KEYS = 12_000_000;

  private static final int BYTES = 16 << 20;

  /** Restored keys read along with every row. */
  private static final int KEYS_PER_ROW = 8;

  private final BloomFilter filter = new BloomFilter(KEYS, BYTES);
  private final Stream<RowData> restored;
  private Iterator<RowData> unread;

  /**
   * @param restored what the index holds already; read to its end or until closed
   */
  KnownKeys(Stream<RowData> restored) {
    this.restored = restored;
    unread = restored.iterator();
    filter.setBitsLocation(MemorySegmentFactory.allocateUnpooledSegment(BYTES), 0);
  }

  /**
   * Adds a key.
   *
   * @return whether the index may have held it before; false is certain
   */
  boolean add(RowData key) {
    int hash = key.hashCode();
    if (unread == null && filter.testHash(hash)) {
      return true;
    }
    filter.addHash(hash);
    if (unread == null) {
      return false;
    }
    readOn(KEYS_PER_ROW);
    return true;
  }

  /** Reads some of the restored keys, if there are any left. */
  void readOn(int keys) {
    for (int i = 0; i < keys && unread != null; i++) {
      if (unread.hasNext()) {
        filter.addHash(unread.next().hashCode());
      } else {
        close();
      }
    }
  }

  /** Ends the reading of restored keys, before the state that it reads goes away. */
  @Override
  public void close() {
    unread = null;
    restored.close();
  }
}
