package io.sluice.delta.source;

import io.sluice.delta.log.SnapshotChoice;
import io.sluice.delta.parquet.ReadSchema;
import java.io.Serializable;
import java.time.Duration;
import org.apache.flink.annotation.Internal;

/**
 * What a source reads.
 *
 * @param table an absolute local path
 * @param filter of the files
 * @param snapshot what to read at first; null to begin with the appends of a version
 * @param fromVersion the first version whose appends are read, if there is no snapshot
 * @param continuous whether to go on with the appends that follow
 * @param splitSize bytes of a split, about
 * @param pollInterval between two looks for new versions
 */
@Internal
public record ReadPlan(
    String table,
    ReadSchema schema,
    PartitionFilter filter,
    SnapshotChoice snapshot,
    long fromVersion,
    boolean continuous,
    long splitSize,
    Duration pollInterval)
    implements Serializable {

  public ReadPlan {
    if (splitSize < 1) {
      throw new IllegalArgumentException("The split size is 1 byte or more, not " + splitSize);
    }
    if (fromVersion < 0) {
      throw new IllegalArgumentException("Versions begin at 0, not at " + fromVersion);
    }
    if (pollInterval.toMillis() < 1) {
      throw new IllegalArgumentException("The poll interval is 1 ms or more, not " + pollInterval);
    }
  }
}
