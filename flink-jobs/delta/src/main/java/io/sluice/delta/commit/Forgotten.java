package io.sluice.delta.commit;

import io.sluice.delta.log.LiveFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.annotation.Internal;
import org.roaringbitmap.RoaringBitmap;

/**
 * What a commit must know of an upsert's index that forgets. Times are those of the index's clock,
 * in milliseconds.
 *
 * @param upTo entries that were last changed at this time or before may be gone; {@link #NEVER} of
 *     an index that never forgot one
 * @param since the entries of all rows of the files were written at this time or later, see {@link
 *     LiveFile#SINCE_TAG}
 * @param rows id of a new file to the positions of rows whose keys had no place in the index: the
 *     table may hold an older or a newer row of theirs
 * @param deletes keys that were deleted and had no place in the index
 */
@Internal
public record Forgotten(
    long upTo, long since, Map<UUID, RoaringBitmap> rows, List<List<Object>> deletes) {

  /** In the place of a time. */
  public static final long NEVER = Long.MIN_VALUE;

  /** Of an index that remembers everything. */
  public static final Forgotten NOTHING = new Forgotten(NEVER, Long.MAX_VALUE, Map.of(), List.of());

  public Forgotten {
    rows = Map.copyOf(rows);
    deletes = List.copyOf(deletes);
  }

  /** Whether the index remembers everything. */
  public boolean isNothing() {
    return upTo == NEVER;
  }

  /**
   * Whether rows of one checkpoint may have been forgotten before it ended: it took longer than the
   * retention, in the time of the index, as after an outage.
   */
  public boolean isTorn() {
    return upTo >= since;
  }

  /** Whether no key needs to be looked for. */
  public boolean isSure() {
    return rows.isEmpty() && deletes.isEmpty();
  }

  /** What is true of the parts of an index, each of which knows keys of its own. */
  Forgotten and(Forgotten other) {
    if (equals(NOTHING) || other.equals(NOTHING)) {
      return equals(NOTHING) ? other : this;
    }
    Map<UUID, RoaringBitmap> allRows = new HashMap<>(rows);
    other.rows.forEach((file, more) -> allRows.merge(file, more, (a, b) -> RoaringBitmap.or(a, b)));
    List<List<Object>> allDeletes = new ArrayList<>(deletes);
    allDeletes.addAll(other.deletes);
    return new Forgotten(
        Math.max(upTo, other.upTo), Math.min(since, other.since), allRows, allDeletes);
  }
}
