package io.sluice.runtime.stage;

import java.util.Iterator;
import java.util.stream.Stream;
import org.apache.flink.table.data.RowData;

/**
 * A Bloom filter on the heap in front of keyed state: most keys are new, and for those it saves the
 * look into RocksDB, which costs some microseconds. It never says "new" of a key that state holds.
 * Keys are never taken out; with more keys than it was made for it only saves less and less.
 *
 * <p>After a restore it knows nothing yet. It reads the restored keys little by little while
 * records are processed, and until it knows them all every key may have been seen.
 *
 * <p>The bits of a key lie in one line of {@value #LINE_BITS} bits, which is one access to memory
 * (Putze, Sanders, Singler: Cache-, Hash- and Space-Efficient Bloom Filters, 2007).
 */
final class SeenKeys implements AutoCloseable {

  /** 16 MB: one percent of wrong "maybe" with twelve million keys. */
  private static final int LINES = 1 << 18;

  private static final int LINE_BITS = 512;
  private static final int LINE_WORDS = LINE_BITS / Long.SIZE;
  private static final int BITS_PER_KEY = 6;

  /** Restored keys read along with every record. */
  private static final int KEYS_PER_STEP = 8;

  private final long[] words = new long[LINES * LINE_WORDS];
  private Stream<RowData> restored;
  private Iterator<RowData> unread;

  /** Knows that nothing was seen. */
  SeenKeys() {}

  /**
   * @param restored all keys of restored state; read until the end or until closed
   */
  SeenKeys(Stream<RowData> restored) {
    this.restored = restored;
    this.unread = restored.iterator();
  }

  /** Whether the key may have been added; false is certain. */
  boolean mayContain(RowData key) {
    if (unread != null) {
      readOn();
      return true;
    }
    long hash = mix(key.hashCode());
    int line = line(hash);
    for (int i = 0; i < BITS_PER_KEY; i++) {
      int bit = bit(hash, i);
      if ((words[line + (bit >>> 6)] & 1L << bit) == 0) {
        return false;
      }
    }
    return true;
  }

  void add(RowData key) {
    long hash = mix(key.hashCode());
    int line = line(hash);
    for (int i = 0; i < BITS_PER_KEY; i++) {
      int bit = bit(hash, i);
      words[line + (bit >>> 6)] |= 1L << bit;
    }
  }

  private void readOn() {
    for (int i = 0; i < KEYS_PER_STEP; i++) {
      if (!unread.hasNext()) {
        close();
        return;
      }
      add(unread.next());
    }
  }

  private static int line(long hash) {
    return (int) (hash & LINES - 1) * LINE_WORDS;
  }

  private static int bit(long hash, int i) {
    // Odd steps from a start: the bits of a key differ. The lowest 18 bits of the hash chose the
    // line.
    int start = (int) (hash >>> 18) & LINE_BITS - 1;
    int step = (int) (hash >>> 27) & LINE_BITS - 1 | 1;
    return start + i * step & LINE_BITS - 1;
  }

  /** Spreads 32 bits over 64 (the finaliser of MurmurHash3, public domain). */
  private static long mix(int hash) {
    long h = hash;
    h = (h ^ h >>> 33) * 0xff51afd7ed558ccdL;
    h = (h ^ h >>> 33) * 0xc4ceb9fe1a85ec53L;
    return h ^ h >>> 33;
  }

  /** Ends the reading of restored keys. */
  @Override
  public void close() {
    if (restored != null) {
      restored.close();
      restored = null;
      unread = null;
    }
  }
}
