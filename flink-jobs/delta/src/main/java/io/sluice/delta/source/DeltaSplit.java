package io.sluice.delta.source;

import io.sluice.delta.log.LiveFile;
import io.sluice.delta.parquet.FileRange;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.source.SourceSplit;

/**
 * A part of a data file to read, and how far it has been read.
 *
 * @param splitId version, file and place: unique in a source
 * @param emitted the live rows of the range that are already behind the reader
 */
@Internal
public record DeltaSplit(String splitId, FileRange range, long emitted) implements SourceSplit {

  public DeltaSplit {
    Objects.requireNonNull(splitId, "splitId");
    Objects.requireNonNull(range, "range");
    if (emitted < 0) {
      throw new IllegalArgumentException("Split " + splitId + " is at row " + emitted);
    }
  }

  /**
   * Cuts a file of a version into splits.
   *
   * @param targetSize bytes
   */
  static List<DeltaSplit> of(long version, LiveFile file, long targetSize) {
    List<DeltaSplit> splits = new ArrayList<>();
    for (FileRange range : FileRange.split(file, targetSize)) {
      splits.add(new DeltaSplit(version + ":" + range.path() + ":" + range.start(), range, 0));
    }
    return splits;
  }
}
