package io.sluice.connectors.delta;

import java.util.List;
import java.util.Map;

/**
 * What one writer subtask adds in one checkpoint.
 *
 * @param files finished files, in the order of closing
 * @param positions fence group to the order values written; empty without a fence
 * @param retractions what an upsert takes away
 * @param learned the table version whose rows an upsert's index has just learned, or {@link
 *     #NOTHING_LEARNED}
 */
record DeltaWriteResult(
    List<DeltaFile> files,
    Map<String, PositionRange> positions,
    Retractions retractions,
    long learned) {

  static final long NOTHING_LEARNED = -1;

  DeltaWriteResult(List<DeltaFile> files, Map<String, PositionRange> positions) {
    this(files, positions, Retractions.NONE, NOTHING_LEARNED);
  }

  DeltaWriteResult {
    files = List.copyOf(files);
    positions = Map.copyOf(positions);
  }
}
