package io.sluice.delta.upsert;

import io.sluice.delta.commit.Retractions;
import io.sluice.delta.log.DeltaFile;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.roaringbitmap.RoaringBitmap;

/**
 * Finds rows by their key in files that no index knows: those of other writers, and those that were
 * written after the state which the job was restored from. Costs a look at the key columns of every
 * such file that may hold one of the keys.
 */
final class KeyLookup {

  private final KeyScan scan;
  private final Map<List<Object>, Claim> claims = new HashMap<>();

  /**
   * What a commit wants of a key.
   *
   * @param file the new file with the key's row; null when the key is deleted
   */
  private record Claim(long order, UUID file, int position) {}

  KeyLookup(KeyScan scan) {
    this.scan = scan;
  }

  void delete(Retractions.DeletedKey deleted) {
    claims.merge(
        deleted.key(),
        new Claim(deleted.order(), null, 0),
        (a, b) -> a.order() >= b.order() ? a : b);
  }

  /**
   * Adds the rows of a new file; call it after all deletions: of a key that was deleted and came
   * back, the row counts.
   *
   * @param replaced positions that the same commit replaces
   */
  void write(UUID id, DeltaFile file, RoaringBitmap replaced) throws IOException {
    scan.read(
        file, replaced, (key, order, position) -> claims.put(key, new Claim(order, id, position)));
  }

  /** Whether there is no key to look for. */
  boolean isEmpty() {
    return claims.isEmpty();
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
        file,
        deleted,
        (key, order, position) -> {
          Claim claim = claims.get(key);
          if (claim == null) {
            return;
          }
          if (order <= claim.order()) {
            replaced.add(position);
          } else if (claim.file() != null) {
            outdated.computeIfAbsent(claim.file(), id -> new RoaringBitmap()).add(claim.position());
          }
        });
  }
}
