package io.sluice.delta.maintain;

import io.sluice.delta.live.FileGroup;
import io.sluice.delta.log.LiveFile;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides which files of a partition become one. Neighbours in time are packed together, so that
 * columns that grow with time keep narrow bounds per file.
 */
final class BinPacking {

  /** A file with more deleted rows than this is rewritten even alone. */
  static final double MANY_DELETED = 0.2;

  private BinPacking() {}

  /**
   * The bins that are worth a rewrite: two files or more, or one with many deleted rows. Files
   * whose rows an index may know stay among themselves.
   *
   * @param target bytes of live rows that a bin may hold
   */
  static List<FileGroup> bins(FileGroup partition, long target) {
    return partition.byTracking().stream()
        .flatMap(group -> binsOfAKind(group, target).stream())
        .toList();
  }

  private static List<FileGroup> binsOfAKind(FileGroup partition, long target) {
    List<FileGroup> bins = new ArrayList<>();
    List<LiveFile> bin = new ArrayList<>();
    long size = 0;
    for (LiveFile file : partition.files()) {
      if (file.liveSize() >= target && file.deletedShare() <= MANY_DELETED) {
        continue;
      }
      if (!bin.isEmpty() && size + file.liveSize() > target) {
        addIfUseful(bins, partition, bin);
        bin = new ArrayList<>();
        size = 0;
      }
      bin.add(file);
      size += file.liveSize();
    }
    addIfUseful(bins, partition, bin);
    return bins;
  }

  private static void addIfUseful(List<FileGroup> bins, FileGroup partition, List<LiveFile> bin) {
    if (bin.size() > 1 || (bin.size() == 1 && bin.get(0).deletedShare() > MANY_DELETED)) {
      bins.add(new FileGroup(partition.partitionValues(), List.copyOf(bin)));
    }
  }
}
