package io.sluice.connectors.delta;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which files of a growing table are worth packing while its job runs. Small files are packed when
 * {@value #FAN_IN} of about the same size have come together in a partition, so that a row is
 * copied a few times on its way to a full file, whatever the rate of commits: the tiers of a
 * log-structured merge. Full files are rewritten when many of their rows are deleted.
 *
 * <p>Follows the table file by file: nothing here goes through all of them.
 */
final class CompactionCandidates {

  /** Files of a tier that are packed together, and the ratio of the sizes of two tiers. */
  static final int FAN_IN = 8;

  private static final int TIERS = 5;

  /** Tier of the full files that have many deleted rows. */
  private static final int ERODED = -1;

  /** Files in one bin; their statistics and places are held in memory. */
  private static final int MAX_FILES = 1000;

  private record Tier(Map<String, String> partition, boolean tracked, int number) {}

  private final long target;
  private final Map<Tier, Map<String, LiveFile>> files = new HashMap<>();
  private final Map<String, Tier> tiers = new HashMap<>();
  private final Set<Tier> due = new LinkedHashSet<>();

  /**
   * @param target bytes of a full file
   */
  CompactionCandidates(long target) {
    this.target = target;
  }

  /** A file of less than this many bytes is small. */
  static long smallBelow(long target) {
    return target / 2;
  }

  void clear() {
    files.clear();
    tiers.clear();
    due.clear();
  }

  void put(LiveFile file) {
    int number = tier(file);
    if (number == TIERS) {
      return;
    }
    Tier tier = new Tier(file.file().partitionValues(), file.isTracked(), number);
    tiers.put(file.path(), tier);
    Map<String, LiveFile> those = files.computeIfAbsent(tier, key -> new HashMap<>());
    those.put(file.path(), file);
    if (those.size() >= fanIn(tier)) {
      due.add(tier);
    }
  }

  void remove(LiveFile file) {
    Tier tier = tiers.remove(file.path());
    if (tier == null) {
      return;
    }
    Map<String, LiveFile> those = files.get(tier);
    those.remove(file.path());
    if (those.size() < fanIn(tier)) {
      due.remove(tier);
    }
    if (those.isEmpty()) {
      files.remove(tier);
    }
  }

  private static int fanIn(Tier tier) {
    return tier.number() == ERODED ? 1 : FAN_IN;
  }

  /** {@link #TIERS} for a file that is good as it is. */
  private int tier(LiveFile file) {
    long size = file.liveSize();
    if (file.file().size() >= smallBelow(target) && file.deletedShare() > BinPacking.MANY_DELETED) {
      return ERODED;
    }
    long bound = smallBelow(target);
    if (size >= bound) {
      return TIERS;
    }
    int tier = 0;
    while (tier < TIERS - 1 && size < bound / FAN_IN) {
      bound /= FAN_IN;
      tier++;
    }
    return tier;
  }

  /** The next files to pack, oldest first, of about a full file; none when nothing is due. */
  List<LiveFile> next() {
    if (due.isEmpty()) {
      return List.of();
    }
    Tier tier = due.iterator().next();
    List<LiveFile> oldest =
        files.get(tier).values().stream()
            .sorted(
                Comparator.comparingLong((LiveFile file) -> file.file().modificationTime())
                    .thenComparing(LiveFile::path))
            .toList();
    List<LiveFile> bin = new ArrayList<>();
    long size = 0;
    for (LiveFile file : oldest) {
      size += file.liveSize();
      if (bin.size() == MAX_FILES || (!bin.isEmpty() && size > target)) {
        break;
      }
      bin.add(file);
    }
    return bin;
  }
}
