package io.sluice.runtime.ledger;

import java.io.Serializable;
import java.util.Map;

/**
 * Which offsets of a topic the ledger already accounts for when a job is submitted. A job that
 * starts without state reads its topic again to rebuild what it remembers; such records must not be
 * counted twice.
 */
public final class AccountedOffsets implements Serializable {
  private static final long serialVersionUID = 1L;

  private final long[] nextOffset;

  /**
   * @param topic the topic of the dataset
   * @param positions "topic/partition" to the next offset that the ledger does not cover
   */
  public AccountedOffsets(String topic, Map<String, Long> positions) {
    int partitions = 0;
    for (String group : positions.keySet()) {
      if (isOf(topic, group)) {
        partitions = Math.max(partitions, partition(group) + 1);
      }
    }
    nextOffset = new long[partitions];
    positions.forEach(
        (group, next) -> {
          if (isOf(topic, group)) {
            nextOffset[partition(group)] = next;
          }
        });
  }

  /** Nothing is accounted for yet. */
  public static AccountedOffsets none(String topic) {
    return new AccountedOffsets(topic, Map.of());
  }

  /** Whether the record was never counted before. */
  public boolean isNew(int partition, long offset) {
    return partition >= nextOffset.length || offset >= nextOffset[partition];
  }

  private static boolean isOf(String topic, String group) {
    return group.substring(0, group.lastIndexOf('/')).equals(topic);
  }

  private static int partition(String group) {
    return Integer.parseInt(group.substring(group.lastIndexOf('/') + 1));
  }
}
