package io.sluice.delta.commit;

import io.sluice.delta.live.Lineage;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.schema.NewColumns;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;

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
@Internal
public record DeltaWriteResult(
    List<DeltaFile> files,
    Map<String, PositionRange> positions,
    Retractions retractions,
    long learned,
    NewColumns newColumns) {

  public DeltaWriteResult {
    files = List.copyOf(files);
    positions = Map.copyOf(positions);
  }
}
