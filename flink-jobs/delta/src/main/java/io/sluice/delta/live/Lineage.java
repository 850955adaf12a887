package io.sluice.delta.live;

import io.sluice.delta.log.LiveFile;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;

/**
 * What an upsert's index knows: the rows of which incarnations, and of each up to which checkpoint.
 * Files of a later checkpoint were written after the state that the index was restored from.
 *
 * @param ancestors incarnation to its last checkpoint that counts
 * @param learned a table version whose rows it knows, too, or {@link #NOTHING_LEARNED}
 */
@Internal
public record Lineage(Map<String, Long> ancestors, long learned) {

  /** In the place of a version: the index has learned no table. */
  public static final long NOTHING_LEARNED = -1;

  /** In the place of a version: there is no index, as the sink appends. */
  public static final long NO_INDEX = -2;

  public static final Lineage NONE = new Lineage(Map.of(), NOTHING_LEARNED);

  /** Of a sink that has no index. */
  public static final Lineage OF_AN_APPEND = new Lineage(Map.of(), NO_INDEX);

  public static final String SEPARATOR = ";";

  public Lineage {
    ancestors = Map.copyOf(ancestors);
  }

  /** The value of {@link LiveFile#ORIGIN_TAG}. */
  public static String origin(String incarnation, long checkpointId) {
    return incarnation + "/" + checkpointId;
  }

  public Lineage and(String incarnation, long lastCheckpoint) {
    Map<String, Long> all = new LinkedHashMap<>(ancestors);
    all.merge(incarnation, lastCheckpoint, Math::max);
    return new Lineage(all, learned);
  }

  public Lineage learned(long version) {
    return new Lineage(ancestors, version);
  }

  /**
   * Whether the index wrote entries for the rows of a file itself.
   *
   * @param origin a file's tag, null for a file without one
   */
  boolean includes(String origin) {
    Origin writer = Origin.parse(origin);
    return writer != null && includes(writer.incarnation(), writer.checkpoint());
  }

  /**
   * @param incarnation null for a file without a tag
   */
  boolean includes(String incarnation, long checkpoint) {
    Long last = incarnation == null ? null : ancestors.get(incarnation);
    return last != null && checkpoint <= last;
  }

  public String encode() {
    return SEPARATOR
        + learned
        + ancestors.entrySet().stream()
            .map(ancestor -> SEPARATOR + ancestor.getKey() + ":" + ancestor.getValue())
            .collect(Collectors.joining());
  }

  public static Lineage decode(String text) {
    String[] parts = text.split(SEPARATOR);
    Map<String, Long> ancestors = new LinkedHashMap<>();
    for (int i = 1; i < parts.length; i++) {
      int colon = parts[i].lastIndexOf(':');
      ancestors.put(parts[i].substring(0, colon), Long.parseLong(parts[i].substring(colon + 1)));
    }
    return new Lineage(ancestors, Long.parseLong(parts[0]));
  }
}
