package io.sluice.delta.live;

import io.sluice.delta.log.FileSizes;
import io.sluice.delta.log.LiveFile;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.annotation.Internal;

/**
 * Which files of a growing table are worth packing while its job runs. Small files are packed when
 * {@value #FAN_IN} of about the same size have come together in a partition, so that a row is
 * copied a few times on its way to a full file, whatever the rate of commits: the tiers of a
 * log-structured merge. When too much of a partition is deleted rows, the files with the most are
 * rewritten.
 *
 * <p>Follows the table file by file: nothing here goes through all of them.
 */
@Internal
public final class CompactionCandidates {

  /** Files of a tier that are packed together, and the ratio of the sizes of two tiers. */
  public static final int FAN_IN = FileSizes.FAN_IN;

  /** The share of a partition's bytes that may belong to deleted rows. */
  static final double WASTE = 0.1;

  private static final int TIERS = 5;

  /** Files in one bin; their statistics and places are held in memory. */
  private static final int MAX_FILES = 1000;

  /** Files that may be packed together. */
  private record Group(Map<String, String> partition, boolean tracked) {

    static Group of(LiveFile file) {
      return new Group(file.file().partitionValues(), file.isTracked());
    }
  }

  private record Tier(Group group, int number) {}

  /** What the files of a group come to. */
  private static final class Sum {
    private long bytes;
    private long deleted;
    private final Map<String, LiveFile> eroded = new HashMap<>();

    boolean wasteful() {
      return isWasteful(deleted, bytes);
    }
  }

  private static final Comparator<LiveFile> OLDEST =
      Comparator.comparingLong((LiveFile file) -> file.file().modificationTime())
          .thenComparing(LiveFile::path);

  private final long target;
  private final Map<Tier, Map<String, LiveFile>> tiers = new HashMap<>();
  private final Map<Group, Sum> sums = new HashMap<>();
  private final Set<Tier> full = new LinkedHashSet<>();
  private final Set<Group> wasteful = new LinkedHashSet<>();

  /**
   * @param target bytes of a full file
   */
  CompactionCandidates(long target) {
    this.target = target;
  }

  /**
   * Whether files should be written without their deleted rows.
   *
   * @param deleted bytes of theirs that belong to deleted rows
   */
  public static boolean isWasteful(long deleted, long bytes) {
    return deleted > WASTE * bytes;
  }

  void clear() {
    tiers.clear();
    sums.clear();
    full.clear();
    wasteful.clear();
  }

  void put(LiveFile file) {
    Group group = Group.of(file);
    Sum sum = sums.computeIfAbsent(group, key -> new Sum());
    if (file.vector().isPresent()) {
      sum.eroded.put(file.path(), file);
    }
    count(group, sum, file, 1);
    int number = tier(file);
    if (number < TIERS) {
      Tier tier = new Tier(group, number);
      Map<String, LiveFile> files = tiers.computeIfAbsent(tier, key -> new HashMap<>());
      files.put(file.path(), file);
      if (files.size() >= FAN_IN) {
        full.add(tier);
      }
    }
  }

  /** The file as it was put. */
  void remove(LiveFile file) {
    Group group = Group.of(file);
    Sum sum = sums.get(group);
    sum.eroded.remove(file.path());
    count(group, sum, file, -1);
    if (sum.bytes == 0) {
      sums.remove(group);
    }
    Tier tier = new Tier(group, tier(file));
    Map<String, LiveFile> files = tiers.getOrDefault(tier, new HashMap<>());
    files.remove(file.path());
    if (files.size() < FAN_IN) {
      full.remove(tier);
    }
    if (files.isEmpty()) {
      tiers.remove(tier);
    }
  }

  private void count(Group group, Sum sum, LiveFile file, int sign) {
    sum.bytes += sign * file.file().size();
    sum.deleted += sign * (file.file().size() - file.liveSize());
    if (sum.wasteful()) {
      wasteful.add(group);
    } else {
      wasteful.remove(group);
    }
  }

  /** {@link #TIERS} for a file that is big enough. */
  private int tier(LiveFile file) {
    long size = file.liveSize();
    long bound = FileSizes.smallBelow(target);
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

  /**
   * The next files to pack, oldest first, of about a full file; none when nothing is due.
   *
   * @param alsoWasteful whether files may be rewritten for their deleted rows only
   */
  public List<LiveFile> next(boolean alsoWasteful) {
    if (!full.isEmpty()) {
      return bin(tiers.get(full.iterator().next()).values(), OLDEST);
    }
    if (alsoWasteful && !wasteful.isEmpty()) {
      return bin(
          sums.get(wasteful.iterator().next()).eroded.values(),
          Comparator.comparingDouble(LiveFile::deletedShare).reversed());
    }
    return List.of();
  }

  private List<LiveFile> bin(Collection<LiveFile> files, Comparator<LiveFile> first) {
    List<LiveFile> bin = new ArrayList<>();
    long size = 0;
    for (LiveFile file : files.stream().sorted(first).toList()) {
      size += file.liveSize();
      if (bin.size() == MAX_FILES || (!bin.isEmpty() && size > target)) {
        break;
      }
      bin.add(file);
    }
    bin.sort(OLDEST);
    return bin;
  }
}
