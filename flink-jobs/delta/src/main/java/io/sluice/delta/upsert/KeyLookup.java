package io.sluice.delta.upsert;

import io.sluice.delta.commit.Retractions;
import io.sluice.delta.log.DeltaFile;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.roaringbitmap.RoaringBitmap;

/**
 * Finds rows by their key in files that no index knows or that it has forgotten rows of: those of
 * other writers, those that were written after the state which the job was restored from, and old
 * ones. Costs a look at the key columns of every such file that may hold one of the keys.
 */
final class KeyLookup {

  private static final RoaringBitmap NONE = new RoaringBitmap();

  private final KeyScan scan;
  private final Map<List<Object>, Claim> claims = new HashMap<>();

  /** Keys for which the index had no place. */
  private final Set<List<Object>> unsure = new HashSet<>();

  /**
   * What a commit wants of a key.
   *
   * @param file the new file with the key's row; null when the key is deleted
   */
  private record Claim(long order, UUID file, int position) {}

  KeyLookup(KeyScan scan) {
    this.scan = scan;
  }

  /** Keys that were deleted and of which the index had no place. */
  void unsure(Collection<List<Object>> keys) {
    unsure.addAll(keys);
  }

  void delete(Retractions.DeletedKey deleted) {
    claims.merge(
        deleted.key(),
        new Claim(deleted.order(), null, 0),
        (a, b) -> a.order() >= b.order() ? a : b);
  }

  /**
   * Adds the rows of a new file; call it after all deletions: of a key that was deleted and came
   * back, the row counts. Two rows of a key are among them only if the index forgot the first one
   * before the second came.
   *
   * @param replaced positions that the same commit replaces
   * @param news positions of rows for whose keys the index had no place; a row that replaces one of
   *     them in the same commit is not among them
   * @param outdated see {@link #find}
   */
  void write(
      UUID id,
      DeltaFile file,
      RoaringBitmap replaced,
      RoaringBitmap news,
      Map<UUID, RoaringBitmap> outdated)
      throws IOException {
    scan.read(
        file,
        RoaringBitmap.andNot(replaced, news),
        (key, order, position) -> {
          if (news.contains(position)) {
            unsure.add(key);
          }
          if (!replaced.contains(position)) {
            claims.merge(
                key, new Claim(order, id, position), (before, row) -> newer(before, row, outdated));
          }
        });
  }

  /** Whether there is no key to look for. */
  boolean isEmpty() {
    return claims.isEmpty();
  }

  private static Claim newer(Claim before, Claim row, Map<UUID, RoaringBitmap> outdated) {
    Claim older = before.order() > row.order() ? row : before;
    if (older.file() != null) {
      outdated.computeIfAbsent(older.file(), id -> new RoaringBitmap()).add(older.position());
    }
    return older == row ? before : row;
  }

  /** Keys to look for where the index has forgotten rows. */
  Set<List<Object>> unsure() {
    return unsure;
  }

  /** All keys of the commit. */
  Set<List<Object>> keys() {
    return claims.keySet();
  }

  /** Leaves out files that cannot hold one of the keys. */
  FilePruning pruning() {
    return new FilePruning(scan.keyColumns(), claims.keySet());
  }

  /**
   * Looks through a file of the table.
   *
   * @param deleted positions that are deleted already
   * @param replaced gets the positions of rows that the commit replaces
   * @param outdated gets, by new file, the positions of rows that are older than the table's
   */
  void find(
      DeltaFile file,
      RoaringBitmap deleted,
      RoaringBitmap replaced,
      Map<UUID, RoaringBitmap> outdated)
      throws IOException {
    scan.read(
        file, deleted, (key, order, position) -> found(key, order, position, replaced, outdated));
  }

  /**
   * Looks through a file of the table, and gives the keys of all its rows to a filter.
   *
   * @param news gets the keys, those of deleted rows included; null for none
   */
  void find(
      DeltaFile file,
      RoaringBitmap deleted,
      RoaringBitmap replaced,
      Map<UUID, RoaringBitmap> outdated,
      KeyFilter news)
      throws IOException {
    if (news == null) {
      find(file, deleted, replaced, outdated);
      return;
    }
    scan.read(
        file,
        NONE,
        (key, order, position) -> {
          news.add(KeyFilter.hash(key));
          if (!deleted.contains(position)) {
            found(key, order, position, replaced, outdated);
          }
        });
  }

  private void found(
      List<Object> key,
      long order,
      int position,
      RoaringBitmap replaced,
      Map<UUID, RoaringBitmap> outdated) {
    Claim claim = claims.get(key);
    if (claim == null) {
      return;
    }
    if (order <= claim.order()) {
      replaced.add(position);
    } else if (claim.file() != null) {
      outdated.computeIfAbsent(claim.file(), id -> new RoaringBitmap()).add(claim.position());
    }
  }
}
