package io.sluice.delta.log;

import org.apache.flink.annotation.Internal;

/** Size classes of a table's data files, in bytes. */
@Internal
public final class FileSizes {

  /** Files of a tier that are packed together, and the ratio of the sizes of two tiers. */
  public static final int FAN_IN = 8;

  private FileSizes() {}

  /**
   * A file of less than this many bytes is small.
   *
   * @param target bytes of a full file
   */
  public static long smallBelow(long target) {
    return target / 2;
  }

  /**
   * The size of the smallest files in the highest tier. All smaller ones of a partition come to
   * half a full file at most, once the compaction has caught up.
   *
   * @param target bytes of a full file
   */
  public static long mediumFrom(long target) {
    return smallBelow(target) / FAN_IN;
  }
}
