package io.sluice.delta.log;

import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.roaringbitmap.RoaringBitmap;

/**
 * How one committable changes the list of a table's files.
 *
 * @param removed files that go, or come back with another deletion vector
 * @param added new files, and those that come back
 */
@Internal
public record FileChanges(List<LiveFile> removed, List<Added> added) {

  public FileChanges {
    removed = List.copyOf(removed);
    added = List.copyOf(added);
  }

  /** New files, and nothing else. */
  public static FileChanges append(List<DeltaFile> files) {
    return new FileChanges(
        List.of(),
        files.stream()
            .map(file -> new Added(LiveFile.added(file, Map.of()), new RoaringBitmap()))
            .toList());
  }

  /**
   * A file of the next version.
   *
   * @param deleted its deleted positions, as its vector says
   */
  public record Added(LiveFile file, RoaringBitmap deleted) {}
}
