package io.sluice.connectors.delta;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * What to do with a committable, given what the table holds. The only place where this is decided.
 */
enum CommitDecision {
  /** The next one in line: publish it. */
  COMMIT,
  /** The table holds this checkpoint of this incarnation already. */
  ALREADY_COMMITTED,
  /** The checkpoint before this one is not in the table (yet). */
  PREDECESSOR_MISSING,
  /**
   * The table holds rows of these fence groups from this range, from somewhere else: they would be
   * there twice.
   */
  FENCE_OVERLAP;

  static CommitDecision of(TableState table, DeltaCommittable committable) {
    OptionalLong last = table.transaction(committable.appId());
    if (last.isPresent() && last.getAsLong() >= committable.checkpointId()) {
      return ALREADY_COMMITTED;
    }
    if (last.orElse(DeltaCommittable.NO_PREVIOUS) != committable.previousCheckpointId()) {
      return PREDECESSOR_MISSING;
    }
    boolean overlap =
        committable.positions().entrySet().stream()
            .anyMatch(
                added ->
                    table.transaction(Fence.appId(added.getKey())).orElse(Long.MIN_VALUE)
                        >= added.getValue().first());
    return overlap ? FENCE_OVERLAP : COMMIT;
  }

  /** The {@code txn} actions that mark the committable and its positions in the table. */
  static Map<String, Long> transactions(DeltaCommittable committable) {
    Map<String, Long> transactions = new HashMap<>();
    committable
        .positions()
        .forEach((group, range) -> transactions.put(Fence.appId(group), range.last()));
    transactions.put(committable.appId(), committable.checkpointId());
    return transactions;
  }
}
