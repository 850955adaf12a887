package io.sluice.cli.demo.trade;

import java.util.BitSet;
import java.util.Map;
import java.util.TreeMap;

/** A set of Kafka coordinates of one topic: which offsets of which partitions. */
public final class Offsets {
  private final Map<Integer, BitSet> byPartition = new TreeMap<>();

  /**
   * Adds a record.
   *
   * @return false when it was in the set already
   */
  public boolean add(int partition, long offset) {
    BitSet offsets = byPartition.computeIfAbsent(partition, none -> new BitSet());
    int at = Math.toIntExact(offset);
    if (offsets.get(at)) {
      return false;
    }
    offsets.set(at);
    return true;
  }

  /** The number of records. */
  public long size() {
    return byPartition.values().stream().mapToLong(BitSet::cardinality).sum();
  }

  /** The records that are here and not there. */
  public Offsets minus(Offsets there) {
    var rest = new Offsets();
    byPartition.forEach(
        (partition, offsets) -> {
          BitSet left = (BitSet) offsets.clone();
          left.andNot(there.byPartition.getOrDefault(partition, new BitSet()));
          if (!left.isEmpty()) {
            rest.byPartition.put(partition, left);
          }
        });
    return rest;
  }

  /** The first few records as {@code partition/offset}. */
  public String sample(int most) {
    var text = new StringBuilder();
    int left = most;
    for (var entry : byPartition.entrySet()) {
      BitSet offsets = entry.getValue();
      for (int at = offsets.nextSetBit(0); at >= 0 && left > 0; at = offsets.nextSetBit(at + 1)) {
        text.append(text.isEmpty() ? "" : ", ").append(entry.getKey()).append('/').append(at);
        left--;
      }
    }
    return text.toString();
  }
}
