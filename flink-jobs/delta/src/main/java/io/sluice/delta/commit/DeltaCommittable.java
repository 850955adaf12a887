package io.sluice.delta.commit;

import io.sluice.delta.live.Lineage;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.schema.NewColumns;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/**
 * Everything that one checkpoint adds to one table; becomes exactly one table version.
 *
 * <p>Its identity is (sink id, incarnation, checkpoint id). The incarnation is minted once when a
 * sink starts without state: never the job id, which changes on redeploy, never a constant, because
 * checkpoint ids start at 1 again after a restart without state.
 *
 * @param sinkId the sink's name, constant across restarts
 * @param tablePath the table's directory
 * @param incarnation see above
 * @param checkpointId the checkpoint whose completion makes the rows visible
 * @param previousCheckpointId the checkpoint of the committable before this one under the same
 *     incarnation, -1 for the first
 * @param files at least one, unless there are retractions
 * @param positions fence group to the order values added
 * @param retractions what an upsert takes away; none for an append
 * @param lineage the incarnations before this one whose rows the upsert's index knows
 * @param newColumns columns of the files that the table may lack
 */
@Internal
public record DeltaCommittable(
    String sinkId,
    String tablePath,
    String incarnation,
    long checkpointId,
    long previousCheckpointId,
    List<DeltaFile> files,
    Map<String, PositionRange> positions,
    Retractions retractions,
    Lineage lineage,
    NewColumns newColumns) {

  /** Stands for "there is no earlier committable". */
  public static final long NO_PREVIOUS = -1L;

  public DeltaCommittable {
    Objects.requireNonNull(sinkId, "sinkId");
    Objects.requireNonNull(tablePath, "tablePath");
    Objects.requireNonNull(incarnation, "incarnation");
    files = List.copyOf(files);
    positions = Map.copyOf(positions);
    Objects.requireNonNull(lineage, "lineage");
    Objects.requireNonNull(newColumns, "newColumns");
    if (files.isEmpty() && retractions.isEmpty()) {
      throw new IllegalArgumentException(
          "Checkpoint "
              + checkpointId
              + " of "
              + tablePath
              + " changes nothing: nothing to commit");
    }
    if (previousCheckpointId >= checkpointId) {
      throw new IllegalArgumentException(
          "Checkpoint " + checkpointId + " cannot follow checkpoint " + previousCheckpointId);
    }
  }

  /** Names this committable in the tags of its files. */
  public String origin() {
    return Lineage.origin(incarnation, checkpointId);
  }

  /** Whether it is made by an upsert. */
  public boolean isUpsert() {
    return !lineage.equals(Lineage.OF_AN_APPEND);
  }

  /**
   * The files whose rows an upsert's index knows, its own included. The table cannot hold any of a
   * later checkpoint of its incarnation: {@link CommitDecision} sees to that.
   */
  public Lineage known() {
    return lineage.and(incarnation, Long.MAX_VALUE);
  }

  /** The application id of the Delta {@code txn} action that marks this sink's commits. */
  String appId() {
    return appId(sinkId, incarnation);
  }

  static String appId(String sinkId, String incarnation) {
    return sinkId + "/" + incarnation;
  }

  /** The sink of an application id; empty for one that is not of a sink. */
  public static Optional<String> sinkId(String appId) {
    int end = appId.indexOf('/');
    return end < 0 ? Optional.empty() : Optional.of(appId.substring(0, end));
  }

  @Override
  public String toString() {
    return "checkpoint "
        + checkpointId
        + " of "
        + appId()
        + " into "
        + tablePath
        + " ("
        + files.size()
        + " files)";
  }
}
