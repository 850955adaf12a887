package io.sluice.delta.testing;

import io.sluice.delta.commit.DeltaCommittable;
import io.sluice.delta.commit.DeltaWriteResult;
import io.sluice.delta.commit.PositionRange;
import io.sluice.delta.commit.Retractions;
import io.sluice.delta.live.Lineage;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.schema.NewColumns;
import java.util.List;
import java.util.Map;

/** Committables and write results without new columns. */
public final class TestingCommittables {
  private TestingCommittables() {}

  /** What an append commits. */
  public static DeltaCommittable append(
      String sinkId,
      String tablePath,
      String incarnation,
      long checkpointId,
      long previousCheckpointId,
      List<DeltaFile> files,
      Map<String, PositionRange> positions) {
    return upsert(
        sinkId,
        tablePath,
        incarnation,
        checkpointId,
        previousCheckpointId,
        files,
        positions,
        Retractions.NONE,
        Lineage.OF_AN_APPEND);
  }

  /** What an upsert commits. */
  public static DeltaCommittable upsert(
      String sinkId,
      String tablePath,
      String incarnation,
      long checkpointId,
      long previousCheckpointId,
      List<DeltaFile> files,
      Map<String, PositionRange> positions,
      Retractions retractions,
      Lineage lineage) {
    return new DeltaCommittable(
        sinkId,
        tablePath,
        incarnation,
        checkpointId,
        previousCheckpointId,
        files,
        positions,
        retractions,
        lineage,
        NewColumns.NONE);
  }

  /** What a writer of an append adds. */
  public static DeltaWriteResult written(
      List<DeltaFile> files, Map<String, PositionRange> positions) {
    return new DeltaWriteResult(
        files, positions, Retractions.NONE, Lineage.NO_INDEX, NewColumns.NONE);
  }
}
