package io.sluice.delta.upsert;

import io.delta.kernel.engine.Engine;
import io.sluice.delta.commit.DeltaCommittable;
import io.sluice.delta.commit.Forgotten;
import io.sluice.delta.live.LiveFiles;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.log.FileChanges;
import io.sluice.delta.log.FileIds;
import io.sluice.delta.log.LiveFile;
import io.sluice.delta.log.MergeVectors;
import io.sluice.delta.schema.TableLayout;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.roaringbitmap.RoaringBitmap;

/**
 * Turns a committable of an upsert into changes of the table as it is now. Made anew for every
 * attempt: when another writer came in between, its files may hold the rows to replace.
 */
final class UpsertMerge {

  private final LiveFiles live;
  private final DeltaCommittable committable;
  private final Set<UUID> adopted;
  private final ForgottenKeys forgottenKeys;
  private final Forgotten forgotten;
  private final KeyScan scan;
  private final MergeVectors vectors;

  private final Map<UUID, DeltaFile> newFiles = new LinkedHashMap<>();
  private final Map<UUID, RoaringBitmap> deletedInNew = new HashMap<>();
  private final Map<LiveFile, RoaringBitmap> deletedInLive = new LinkedHashMap<>();

  /** Whether the index gave places where there is no row any more. */
  private boolean missed;

  /**
   * @param adopted ids of files whose rows the index has learned when it began
   * @param forgottenKeys kept from commit to commit
   */
  UpsertMerge(
      TableStorage table,
      Engine engine,
      TableLayout layout,
      LiveFiles live,
      DeltaCommittable committable,
      Set<UUID> adopted,
      ForgottenKeys forgottenKeys) {
    this.adopted = adopted;
    this.forgottenKeys = forgottenKeys;
    forgotten = committable.retractions().forgotten();
    this.live = live;
    this.committable = committable;
    scan = new KeyScan(table, engine, layout);
    vectors = new MergeVectors(table);
    committable.files().forEach(file -> newFiles.put(FileIds.of(file.path()), file));
  }

  FileChanges resolve() throws IOException {
    takeIndexedPositions();
    Collection<LiveFile> unknown = live.unknown(committable.known(), adopted);
    Map<Map<String, String>, Map<String, LiveFile>> aged = aged();
    if (!unknown.isEmpty() || !aged.isEmpty() || forgotten.isTorn()) {
      KeyLookup lookup = lookup();
      if (!lookup.isEmpty()) {
        lookUp(lookup, unknown);
        forgottenKeys.each(
            aged,
            missed ? lookup.keys() : lookup.unsure(),
            (file, news) -> lookUp(lookup, file, news));
      }
    }
    return merge();
  }

  /**
   * The files in which rows of the commit's keys may be that the index has forgotten. A key needs
   * no look if its place was known, and its row was there. It needs one if it was not there: the
   * table may have had a newer row, so that ours was deleted when it was committed, which the index
   * does not learn.
   */
  private Map<Map<String, String>, Map<String, LiveFile>> aged() {
    if (forgotten.isNothing() || forgotten.isSure() && !missed) {
      return Map.of();
    }
    Map<Map<String, String>, Map<String, LiveFile>> aged =
        live.forgotten(committable.known(), adopted, forgotten.upTo());
    return forgotten.deletes().isEmpty()
            && !missed
            && forgottenKeys.areElsewhere(
                forgotten.rows().keySet().stream().map(newFiles::get).toList(), aged)
        ? Map.of()
        : aged;
  }

  /**
   * A file that is gone was compacted into one that tells where its rows are now, or rewritten by
   * somebody else: then they are in files unknown to the index.
   */
  private void takeIndexedPositions() throws IOException {
    for (Map.Entry<UUID, RoaringBitmap> replaced :
        committable.retractions().positions().entrySet()) {
      UUID id = replaced.getKey();
      RoaringBitmap rows = replaced.getValue();
      LiveFile file = live.byId(id);
      if (newFiles.containsKey(id)) {
        deletedInNew.put(id, rows.clone());
      } else if (file != null) {
        take(file, rows);
      } else {
        long found = 0;
        for (Map.Entry<LiveFile, RoaringBitmap> moved : live.moved(id, rows).entrySet()) {
          take(moved.getKey(), moved.getValue());
          found += moved.getValue().getLongCardinality();
        }
        missed |= found < rows.getLongCardinality();
      }
    }
  }

  private void take(LiveFile file, RoaringBitmap rows) throws IOException {
    missed |= !forgotten.isNothing() && RoaringBitmap.intersects(live.deletedIn(file), rows);
    replace(file, rows);
  }

  private void replace(LiveFile file, RoaringBitmap rows) {
    deletedInLive.merge(file, rows.clone(), (a, b) -> RoaringBitmap.or(a, b));
  }

  private KeyLookup lookup() throws IOException {
    KeyLookup lookup = new KeyLookup(scan);
    lookup.unsure(forgotten.deletes());
    committable.retractions().deletes().forEach(lookup::delete);
    for (Map.Entry<UUID, DeltaFile> file : newFiles.entrySet()) {
      lookup.write(
          file.getKey(),
          file.getValue(),
          deletedInNew.getOrDefault(file.getKey(), new RoaringBitmap()).clone(),
          forgotten.rows().getOrDefault(file.getKey(), new RoaringBitmap()),
          deletedInNew);
    }
    return lookup;
  }

  private void lookUp(KeyLookup lookup, Collection<LiveFile> unknown) throws IOException {
    if (unknown.isEmpty()) {
      return;
    }
    FilePruning pruning = lookup.pruning();
    for (LiveFile file : unknown) {
      if (pruning.mayHold(file.file())) {
        lookUp(lookup, file, null);
      }
    }
  }

  /**
   * @param news gets all keys of the file; null for none
   */
  private void lookUp(KeyLookup lookup, LiveFile file, KeyFilter news) throws IOException {
    RoaringBitmap found = new RoaringBitmap();
    lookup.find(file.file(), live.deletedIn(file), found, deletedInNew, news);
    replace(file, found);
  }

  private FileChanges merge() throws IOException {
    List<LiveFile> removed = new ArrayList<>();
    List<FileChanges.Added> changed = new ArrayList<>();
    for (Map.Entry<LiveFile, RoaringBitmap> entry : deletedInLive.entrySet()) {
      LiveFile file = entry.getKey();
      RoaringBitmap before = live.deletedIn(file);
      RoaringBitmap after = RoaringBitmap.or(before, entry.getValue());
      if (after.getLongCardinality() > before.getLongCardinality()) {
        removed.add(file);
        changed.add(new FileChanges.Added(counted(file), after));
      }
    }
    newFiles.forEach(
        (id, file) ->
            changed.add(
                new FileChanges.Added(
                    LiveFile.added(file, tags()),
                    deletedInNew.getOrDefault(id, new RoaringBitmap()))));
    return new FileChanges(removed, vectors.attach(changed));
  }

  private Map<String, String> tags() {
    return forgotten.isNothing()
        ? Map.of(LiveFile.ORIGIN_TAG, committable.origin())
        : Map.of(
            LiveFile.ORIGIN_TAG,
            committable.origin(),
            LiveFile.SINCE_TAG,
            Long.toString(forgotten.since()));
  }

  private LiveFile counted(LiveFile file) throws IOException {
    return file.rows().isPresent() ? file : file.counted(scan.rows(file.file()));
  }

  /** Removes what was written for a version that another writer took. */
  void discard() throws IOException {
    vectors.discard();
  }
}
