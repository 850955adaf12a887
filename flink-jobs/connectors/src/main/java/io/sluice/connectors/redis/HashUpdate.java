package io.sluice.connectors.redis;

import java.util.List;
import org.apache.flink.table.data.RowData;

/**
 * One hash of a serving view as it shall be.
 *
 * @param row what it was made of; not changed by anyone any more
 * @param key the Redis key
 * @param version the fence: the hash is written only if the stored version is smaller; never
 *     negative
 * @param set field, value, field, value, ...; contains the version field
 * @param delete fields whose column is null
 * @param arrival Kafka timestamp of its newest event, in epoch milliseconds, or {@link #NO_ARRIVAL}
 */
record HashUpdate(
    RowData row, String key, long version, List<byte[]> set, List<byte[]> delete, long arrival) {
  static final long NO_ARRIVAL = Long.MIN_VALUE;

  HashUpdate {
    if (version < 0) {
      throw new IllegalArgumentException("negative version " + version + " for key " + key);
    }
    set = List.copyOf(set);
    delete = List.copyOf(delete);
  }

  /** The size of the largest field or value, in bytes. */
  int maxBytes() {
    int largest = key.length();
    for (int i = 0; i < set.size(); i++) {
      largest = Math.max(largest, set.get(i).length);
    }
    return largest;
  }
}
