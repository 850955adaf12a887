package io.sluice.connectors.delta;

import java.util.List;
import java.util.Map;

/**
 * What one writer subtask adds in one checkpoint.
 *
 * @param files finished files, in the order of closing
 * @param positions fence group to the order values written; empty without a fence
 */
record DeltaWriteResult(List<DeltaFile> files, Map<String, PositionRange> positions) {

  DeltaWriteResult {
    files = List.copyOf(files);
    positions = Map.copyOf(positions);
  }
}
