package io.sluice.delta.commit;

import io.sluice.delta.log.TableState;
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
  /**
   * The table holds a checkpoint of this number, but not its rows: its positions do not reach so
   * far. It is one of another run from the same savepoint.
   */
  OTHER_RUN,
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
      return holdsPositions(table, committable) ? ALREADY_COMMITTED : OTHER_RUN;
    }
    if (last.orElse(DeltaCommittable.NO_PREVIOUS) != committable.previousCheckpointId()) {
      return PREDECESSOR_MISSING;
    }
    boolean overlap =
        committable.positions().entrySet().stream()
            .anyMatch(added -> position(table, added.getKey()) >= added.getValue().first());
    return overlap ? FENCE_OVERLAP : COMMIT;
  }

  /** Positions only grow: a table that holds the rows has at least these. */
  private static boolean holdsPositions(TableState table, DeltaCommittable committable) {
    return committable.positions().entrySet().stream()
        .allMatch(added -> position(table, added.getKey()) >= added.getValue().last());
  }

  private static long position(TableState table, String group) {
    return table.transaction(Fence.appId(group)).orElse(Long.MIN_VALUE);
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
