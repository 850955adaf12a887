package io.sluice.connectors.delta;

import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.roaringbitmap.RoaringBitmap;

/**
 * Turns a committable of an upsert into changes of the table as it is now. Made anew for every
 * attempt: when another writer came in between, its files may hold the rows to replace.
 */
final class UpsertMerge {

  private final Engine engine;
  private final LiveFiles live;
  private final DeltaCommittable committable;
  private final Set<String> adopted;
  private final KeyScan scan;
  private final DeletionVectors vectors;

  private final Map<UUID, DeltaFile> newFiles = new LinkedHashMap<>();
  private final Map<UUID, RoaringBitmap> deletedInNew = new HashMap<>();
  private final Map<LiveFile, RoaringBitmap> deletedInLive = new LinkedHashMap<>();
  private final List<Path> vectorFiles = new ArrayList<>();

  /**
   * @param adopted paths of files whose rows the index has learned when it began
   */
  UpsertMerge(
      Path table,
      Engine engine,
      TableLayout layout,
      LiveFiles live,
      DeltaCommittable committable,
      Set<String> adopted) {
    this.adopted = adopted;
    this.engine = engine;
    this.live = live;
    this.committable = committable;
    scan = new KeyScan(table, engine, layout);
    vectors = new DeletionVectors(table);
    committable.files().forEach(file -> newFiles.put(FileIds.of(file.path()), file));
  }

  Merge resolve() throws IOException {
    takeIndexedPositions();
    Lineage known = committable.known();
    List<LiveFile> unknown =
        live.all().stream()
            .filter(file -> !known.includes(file.origin()))
            .filter(file -> !adopted.contains(file.path()))
            .toList();
    if (!unknown.isEmpty()) {
      lookUp(unknown);
    }
    return merge();
  }

  /** A file that is gone was rewritten by somebody; its rows are in files unknown to the index. */
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
                deletedInLive.put(file, rows.clone());
              }
            });
  }

  private void lookUp(List<LiveFile> unknown) throws IOException {
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
        lookup.find(file.file(), live.deletedIn(engine, file), found, deletedInNew);
        deletedInLive.merge(file, found, (a, b) -> RoaringBitmap.or(a, b));
      }
    }
  }

  private Merge merge() throws IOException {
    List<LiveFile> removed = new ArrayList<>();
    List<Merge.Added> changed = new ArrayList<>();
    for (Map.Entry<LiveFile, RoaringBitmap> entry : deletedInLive.entrySet()) {
      LiveFile file = entry.getKey();
      RoaringBitmap before = live.deletedIn(engine, file);
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
                    LiveFile.added(file, Map.of(Lineage.TAG, committable.origin())),
                    deletedInNew.getOrDefault(id, new RoaringBitmap()))));
    changed.removeIf(UpsertMerge::isEmpty);
    return new Merge(removed, withVectors(changed));
  }

  private LiveFile counted(LiveFile file) throws IOException {
    return file.rows().isPresent() ? file : file.counted(scan.rows(file.file()));
  }

  /** Nothing is left of the file. */
  private static boolean isEmpty(Merge.Added added) {
    OptionalLong rows = added.file().rows();
    return rows.isPresent() && added.deleted().getLongCardinality() >= rows.getAsLong();
  }

  private List<Merge.Added> withVectors(List<Merge.Added> files) throws IOException {
    List<RoaringBitmap> deleted =
        files.stream().map(Merge.Added::deleted).filter(rows -> !rows.isEmpty()).toList();
    if (deleted.isEmpty()) {
      return files;
    }
    DeletionVectors.Written written = vectors.write(deleted);
    vectorFiles.add(written.file());
    var descriptors = written.descriptors().iterator();
    List<Merge.Added> result = new ArrayList<>(files.size());
    for (Merge.Added added : files) {
      if (added.deleted().isEmpty()) {
        result.add(added);
      } else {
        DeletionVectorDescriptor vector = descriptors.next();
        result.add(new Merge.Added(added.file().with(vector), added.deleted()));
      }
    }
    return result;
  }

  /** Removes what was written for a version that another writer took. */
  void discard() throws IOException {
    for (Path file : vectorFiles) {
      Files.deleteIfExists(file);
    }
  }
}
