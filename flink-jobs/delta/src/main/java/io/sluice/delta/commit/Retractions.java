package io.sluice.delta.commit;

import io.sluice.delta.log.FileIds;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.annotation.Internal;
import org.roaringbitmap.RoaringBitmap;

/**
 * The rows that a checkpoint of an upsert takes away, as far as its index can tell.
 *
 * @param positions id of a data file (see {@link FileIds}) to the positions in it, as the index
 *     knows them; the files may be of the same checkpoint
 * @param deletes keys that were deleted: the index may not know all that the table holds
 * @param forgotten what the index has forgotten of the keys that were changed
 */
@Internal
public record Retractions(
    Map<UUID, RoaringBitmap> positions, List<DeletedKey> deletes, Forgotten forgotten) {

  public static final Retractions NONE = new Retractions(Map.of(), List.of());

  /** Of an index that forgets nothing. */
  public Retractions(Map<UUID, RoaringBitmap> positions, List<DeletedKey> deletes) {
    this(positions, deletes, Forgotten.NOTHING);
  }

  public Retractions {
    positions = Map.copyOf(positions);
    deletes = List.copyOf(deletes);
  }

  /**
   * A key with the order value of its deletion.
   *
   * @param key see {@code PlainKeys}
   */
  public record DeletedKey(List<Object> key, long order) {
    public DeletedKey {
      key = List.copyOf(key);
    }
  }

  /** Whether nothing is taken away; of rows that come, it may still tell what was forgotten. */
  public boolean isEmpty() {
    return positions.isEmpty() && deletes.isEmpty();
  }

  Retractions and(Retractions other) {
    if (equals(NONE) || other.equals(NONE)) {
      return equals(NONE) ? other : this;
    }
    Map<UUID, RoaringBitmap> all = new HashMap<>(positions);
    other.positions.forEach(
        (file, rows) -> all.merge(file, rows, (a, b) -> RoaringBitmap.or(a, b)));
    List<DeletedKey> keys = new ArrayList<>(deletes);
    keys.addAll(other.deletes);
    return new Retractions(all, keys, forgotten.and(other.forgotten));
  }
}
