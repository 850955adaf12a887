package io.sluice.connectors.delta;

import java.util.List;
import java.util.Map;

/**
 * What one writer subtask adds in one checkpoint.
 *
 * @param files finished files, in the order of closing
 * @param positions fence group to the order values written; empty without a fence
 * @param retractions what an upsert takes away
 * @param learned the table version whose rows an upsert's index has just learned, {@link
 *     Lineage#NOTHING_LEARNED} or {@link Lineage#NO_INDEX}
 * @param newColumns columns of the files that the table may lack
 */
record DeltaWriteResult(
    List<DeltaFile> files,
    Map<String, PositionRange> positions,
    Retractions retractions,
    long learned,
    NewColumns newColumns) {

  DeltaWriteResult(List<DeltaFile> files, Map<String, PositionRange> positions) {
    this(files, positions, Retractions.NONE, Lineage.NO_INDEX);
  }

  DeltaWriteResult(
      List<DeltaFile> files,
      Map<String, PositionRange> positions,
      Retractions retractions,
      long learned) {
    this(files, positions, retractions, learned, NewColumns.NONE);
  }

  DeltaWriteResult {
    files = List.copyOf(files);
    positions = Map.copyOf(positions);
  }
}
