package io.sluice.delta.live;

import io.sluice.delta.log.LiveFile;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The live files that an index knows, but some of whose rows it may have forgotten: those with
 * entries as old as its retention. Kept from commit to commit, so that a commit moves only the
 * files that came of age since the last one.
 */
final class AgedFiles {

  /** By {@link LiveFile#since}, then by path. */
  private final TreeMap<Long, Map<String, LiveFile>> young = new TreeMap<>();

  /** By partition values, then by path. */
  private final Map<Map<String, String>, Map<String, LiveFile>> aged = new HashMap<>();

  /** The time under which each young file stands, by path. */
  private final Map<String, Long> since = new HashMap<>();

  void clear() {
    young.clear();
    aged.clear();
    since.clear();
  }

  /**
   * @param from entries of its rows were written then or later; {@link Long#MIN_VALUE} when nobody
   *     knows
   */
  void put(LiveFile file, long from) {
    if (from == Long.MIN_VALUE) {
      age(file);
    } else {
      since.put(file.path(), from);
      young.computeIfAbsent(from, time -> new HashMap<>()).put(file.path(), file);
    }
  }

  private void age(LiveFile file) {
    aged.computeIfAbsent(file.file().partitionValues(), values -> new LinkedHashMap<>())
        .put(file.path(), file);
  }

  /** Other rows of a file are deleted; nothing happens to a file that is not among these. */
  void changed(LiveFile file) {
    Long from = since.get(file.path());
    if (from != null) {
      young.get(from).put(file.path(), file);
    } else {
      Map<String, LiveFile> partition = aged.get(file.file().partitionValues());
      if (partition != null) {
        partition.replace(file.path(), file);
      }
    }
  }

  void removed(LiveFile file) {
    Long from = since.remove(file.path());
    if (from == null) {
      Map<String, LiveFile> partition = aged.get(file.file().partitionValues());
      if (partition != null && partition.remove(file.path()) != null && partition.isEmpty()) {
        aged.remove(file.file().partitionValues());
      }
      return;
    }
    Map<String, LiveFile> same = young.get(from);
    same.remove(file.path());
    if (same.isEmpty()) {
      young.remove(from);
    }
  }

  /**
   * By partition values, then by path.
   *
   * @param upTo entries that were last changed then or before may be gone
   */
  Map<Map<String, String>, Map<String, LiveFile>> upTo(long upTo) {
    Iterator<Map<String, LiveFile>> old = young.headMap(upTo, true).values().iterator();
    while (old.hasNext()) {
      for (LiveFile file : old.next().values()) {
        since.remove(file.path());
        age(file);
      }
      old.remove();
    }
    return Collections.unmodifiableMap(aged);
  }
}
