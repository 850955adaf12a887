package io.sluice.delta.upsert;

import io.delta.kernel.engine.Engine;
import io.sluice.delta.commit.DeltaCommittable;
import io.sluice.delta.live.LiveFiles;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.log.FileIds;
import io.sluice.delta.log.LiveFile;
import io.sluice.delta.log.Merge;
import io.sluice.delta.log.MergeVectors;
import io.sluice.delta.schema.TableLayout;
import java.io.IOException;
import java.nio.file.Path;
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
  private final KeyScan scan;
  private final MergeVectors vectors;

  private final Map<UUID, DeltaFile> newFiles = new LinkedHashMap<>();
  private final Map<UUID, RoaringBitmap> deletedInNew = new HashMap<>();
  private final Map<LiveFile, RoaringBitmap> deletedInLive = new LinkedHashMap<>();

  /**
   * @param adopted ids of files whose rows the index has learned when it began
   */
  UpsertMerge(
      Path table,
      Engine engine,
      TableLayout layout,
      LiveFiles live,
      DeltaCommittable committable,
      Set<UUID> adopted) {
    this.adopted = adopted;
    this.live = live;
    this.committable = committable;
    scan = new KeyScan(table, engine, layout);
    vectors = new MergeVectors(table);
    committable.files().forEach(file -> newFiles.put(FileIds.of(file.path()), file));
  }

  Merge resolve() throws IOException {
    takeIndexedPositions();
    Collection<LiveFile> unknown = live.unknown(committable.known(), adopted);
    if (!unknown.isEmpty()) {
      lookUp(unknown);
    }
    return merge();
  }

  /**
   * A file that is gone was compacted into one that tells where its rows are now, or rewritten by
   * somebody else: then they are in files unknown to the index.
   */
  private void takeIndexedPositions() {
    committable
        .retractions()
        .positions()
        .forEach(
            (id, rows) -> {
              LiveFile file = live.byId(id);
              if (newFiles.containsKey(id)) {
                deletedInNew.put(id, rows.clone());
              } else if (file != null) {
                replace(file, rows);
              } else {
                live.moved(id, rows).forEach(this::replace);
              }
            });
  }

  private void replace(LiveFile file, RoaringBitmap rows) {
    deletedInLive.merge(file, rows.clone(), (a, b) -> RoaringBitmap.or(a, b));
  }

  private void lookUp(Collection<LiveFile> unknown) throws IOException {
    KeyLookup lookup = new KeyLookup(scan);
    committable.retractions().deletes().forEach(lookup::delete);
    for (Map.Entry<UUID, DeltaFile> file : newFiles.entrySet()) {
      lookup.write(
          file.getKey(),
          file.getValue(),
          deletedInNew.getOrDefault(file.getKey(), new RoaringBitmap()));
    }
    if (lookup.isEmpty()) {
      return;
    }
    FilePruning pruning = lookup.pruning();
    for (LiveFile file : unknown) {
      if (pruning.mayHold(file.file())) {
        RoaringBitmap found = new RoaringBitmap();
        lookup.find(file.file(), live.deletedIn(file), found, deletedInNew);
        replace(file, found);
      }
    }
  }

  private Merge merge() throws IOException {
    List<LiveFile> removed = new ArrayList<>();
    List<Merge.Added> changed = new ArrayList<>();
    for (Map.Entry<LiveFile, RoaringBitmap> entry : deletedInLive.entrySet()) {
      LiveFile file = entry.getKey();
      RoaringBitmap before = live.deletedIn(file);
      RoaringBitmap after = RoaringBitmap.or(before, entry.getValue());
      if (after.getLongCardinality() > before.getLongCardinality()) {
        removed.add(file);
        changed.add(new Merge.Added(counted(file), after));
      }
    }
    newFiles.forEach(
        (id, file) ->
            changed.add(
                new Merge.Added(
                    LiveFile.added(file, Map.of(LiveFile.ORIGIN_TAG, committable.origin())),
                    deletedInNew.getOrDefault(id, new RoaringBitmap()))));
    return new Merge(removed, vectors.attach(changed));
  }

  private LiveFile counted(LiveFile file) throws IOException {
    return file.rows().isPresent() ? file : file.counted(scan.rows(file.file()));
  }

  /** Removes what was written for a version that another writer took. */
  void discard() throws IOException {
    vectors.discard();
  }
}
