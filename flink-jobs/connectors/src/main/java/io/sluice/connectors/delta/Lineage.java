package io.sluice.connectors.delta;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What an upsert's index knows: the rows of which incarnations, and of each up to which checkpoint.
 * Files of a later checkpoint were written after the state that the index was restored from.
 *
 * @param ancestors incarnation to its last checkpoint that counts
 * @param learned a table version whose rows it knows, too, or {@link
 *     DeltaWriteResult#NOTHING_LEARNED}
 */
record Lineage(Map<String, Long> ancestors, long learned) {

  static final Lineage NONE = new Lineage(Map.of(), DeltaWriteResult.NOTHING_LEARNED);

  /** Of a sink that has no index. */
  static final Lineage OF_AN_APPEND = new Lineage(Map.of(), DeltaWriteResult.NO_INDEX);

  static final String SEPARATOR = ";";

  /** The name of the tag of an {@code add} action that tells where the file comes from. */
  static final String TAG = "sluice.origin";

  Lineage {
    ancestors = Map.copyOf(ancestors);
  }

  /** The value of {@link #TAG}. */
  static String origin(String incarnation, long checkpointId) {
    return incarnation + "/" + checkpointId;
  }

  Lineage and(String incarnation, long lastCheckpoint) {
    Map<String, Long> all = new LinkedHashMap<>(ancestors);
    all.merge(incarnation, lastCheckpoint, Math::max);
    return new Lineage(all, learned);
  }

  Lineage learned(long version) {
    return new Lineage(ancestors, version);
  }

  /**
   * @param origin a file's tag, null for a file without one
   */
  boolean includes(String origin) {
    int slash = origin == null ? -1 : origin.lastIndexOf('/');
    if (slash < 0) {
      return false;
    }
    String incarnation = origin.substring(0, slash);
    return ancestors.containsKey(incarnation)
        && includes(incarnation, Long.parseLong(origin.substring(slash + 1)));
  }

  /**
   * @param incarnation null for a file without a tag
   */
  boolean includes(String incarnation, long checkpoint) {
    Long last = incarnation == null ? null : ancestors.get(incarnation);
    return last != null && checkpoint <= last;
  }

  String encode() {
    return SEPARATOR
        + learned
        + ancestors.entrySet().stream()
            .map(ancestor -> SEPARATOR + ancestor.getKey() + ":" + ancestor.getValue())
            .collect(Collectors.joining());
  }

  static Lineage decode(String text) {
    String[] parts = text.split(SEPARATOR);
    Map<String, Long> ancestors = new LinkedHashMap<>();
    for (int i = 1; i < parts.length; i++) {
      int colon = parts[i].lastIndexOf(':');
      ancestors.put(parts[i].substring(0, colon), Long.parseLong(parts[i].substring(colon + 1)));
    }
    return new Lineage(ancestors, Long.parseLong(parts[0]));
  }
}
