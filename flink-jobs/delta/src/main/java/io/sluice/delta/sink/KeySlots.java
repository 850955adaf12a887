package io.sluice.delta.sink;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.flink.table.data.RowData;

/**
 * Finds the value that belongs to a row's key. The few keys in use (partitions written now, Kafka
 * partitions of a subtask) are compared in order of creation, the last hit first, so that a row
 * costs no allocation.
 */
final class KeySlots<V> {

  /** More keys than this are looked up by a copied key instead of one by one. */
  private static final int SCANNED = 32;

  private record Slot<V>(Object[] key, V value) {}

  private final KeyReader reader;
  private final Function<Object[], V> create;
  private final List<Slot<V>> slots = new ArrayList<>();
  private final Map<List<Object>, Slot<V>> index = new HashMap<>();
  private Slot<V> last;

  KeySlots(KeyReader reader, Function<Object[], V> create) {
    this.reader = reader;
    this.create = create;
  }

  V get(RowData row) {
    if (last == null || !reader.matches(row, last.key)) {
      last = find(row);
    }
    return last.value;
  }

  /**
   * {@link #get}, except that no more than {@code most} keys are kept: rows of others get {@code
   * otherwise}.
   */
  V getAtMost(int most, RowData row, Supplier<V> otherwise) {
    if (last == null || !reader.matches(row, last.key)) {
      Slot<V> found = slots.size() < most ? find(row) : kept(row);
      if (found == null) {
        return otherwise.get();
      }
      last = found;
    }
    return last.value;
  }

  private Slot<V> kept(RowData row) {
    for (Slot<V> slot : slots) {
      if (reader.matches(row, slot.key)) {
        return slot;
      }
    }
    return null;
  }

  private Slot<V> find(RowData row) {
    for (int i = 0; i < Math.min(SCANNED, slots.size()); i++) {
      if (reader.matches(row, slots.get(i).key)) {
        return slots.get(i);
      }
    }
    Object[] key = reader.copy(row);
    List<Object> indexed = new ArrayList<>(key.length);
    for (Object value : key) {
      indexed.add(value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value);
    }
    return index.computeIfAbsent(
        indexed,
        ignored -> {
          Slot<V> slot = new Slot<>(key, create.apply(key));
          slots.add(slot);
          return slot;
        });
  }

  void forEach(Consumer<V> action) {
    slots.forEach(slot -> action.accept(slot.value));
  }

  int size() {
    return slots.size();
  }

  /** Forgets every key. */
  void clear() {
    slots.clear();
    index.clear();
    last = null;
  }
}
