package io.sluice.runtime.aggregate;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The groups that were used last, on the heap in front of keyed state. Dirty groups are written
 * back before every barrier and when the cache is full, so state is complete in every checkpoint.
 *
 * @param <G> what identifies a group; immutable
 */
final class BufferCache<G> {

  /** Where groups live when they are not on the heap. */
  interface Store<G> {
    AggregateBuffer load(G group) throws Exception;

    void save(G group, AggregateBuffer buffer) throws Exception;
  }

  private static final class Entry {
    private final AggregateBuffer buffer;
    private boolean dirty;

    private Entry(AggregateBuffer buffer) {
      this.buffer = buffer;
    }
  }

  private final int capacity;
  private final Store<G> store;
  private final LinkedHashMap<G, Entry> entries = new LinkedHashMap<>(64, 0.75f, true);

  BufferCache(int capacity, Store<G> store) {
    this.capacity = capacity;
    this.store = store;
  }

  /** The buffer of the group, from the heap or from state; null if the group is new. */
  AggregateBuffer get(G group) throws Exception {
    Entry entry = entries.get(group);
    if (entry == null) {
      AggregateBuffer loaded = store.load(group);
      if (loaded == null) {
        return null;
      }
      entry = new Entry(loaded);
      put(group, entry);
    }
    return entry.buffer;
  }

  /** Adds a new group; it is dirty from the start. */
  void add(G group, AggregateBuffer buffer) throws Exception {
    Entry entry = new Entry(buffer);
    entry.dirty = true;
    put(group, entry);
  }

  private void put(G group, Entry entry) throws Exception {
    entries.put(group, entry);
    if (entries.size() > capacity) {
      Map.Entry<G, Entry> eldest = entries.entrySet().iterator().next();
      if (eldest.getValue().dirty) {
        store.save(eldest.getKey(), eldest.getValue().buffer);
      }
      entries.remove(eldest.getKey());
    }
  }

  /** Marks a group that {@link #get} gave as changed. */
  void changed(G group) {
    entries.get(group).dirty = true;
  }

  void remove(G group) {
    entries.remove(group);
  }

  /** Writes every dirty group back. */
  void flush() throws Exception {
    for (Map.Entry<G, Entry> entry : entries.entrySet()) {
      if (entry.getValue().dirty) {
        store.save(entry.getKey(), entry.getValue().buffer);
        entry.getValue().dirty = false;
      }
    }
  }
}
