package io.sluice.connectors.delta;

import io.delta.kernel.Snapshot;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.utils.CloseableIterator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.roaringbitmap.RoaringBitmap;

/**
 * The data files of a table's newest version, kept from commit to commit, so that a commit costs
 * what it changes. Only a version by another writer makes it read the whole list again.
 */
final class LiveFiles {

  private static final long NOTHING = -1;

  private final DeletionVectors vectors;
  private final Map<String, LiveFile> files = new HashMap<>();
  private final Map<UUID, LiveFile> byId = new HashMap<>();
  private final Map<String, RoaringBitmap> deleted = new HashMap<>();
  private long version = NOTHING;

  LiveFiles(Path table) {
    vectors = new DeletionVectors(table);
  }

  /** Brings the list to a version. */
  void load(Engine engine, Snapshot snapshot) throws IOException {
    if (snapshot.getVersion() == version) {
      return;
    }
    Map<String, LiveFile> before = Map.copyOf(files);
    files.clear();
    byId.clear();
    try (CloseableIterator<FilteredColumnarBatch> batches =
        snapshot.getScanBuilder().build().getScanFiles(engine, true)) {
      while (batches.hasNext()) {
        try (CloseableIterator<Row> adds = batches.next().getRows()) {
          while (adds.hasNext()) {
            put(
                LiveFile.of(
                    new AddFile(adds.next().getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL))));
          }
        }
      }
    }
    deleted
        .keySet()
        .removeIf(
            path ->
                !files.containsKey(path)
                    || !files.get(path).vector().equals(before.get(path).vector()));
    version = snapshot.getVersion();
  }

  private void put(LiveFile file) {
    files.put(file.path(), file);
    byId.put(FileIds.of(file.path()), file);
  }

  /** Follows a commit of our own. */
  void committed(long newVersion, Merge merge) {
    merge.removed().forEach(this::remove);
    for (Merge.Added added : merge.added()) {
      put(added.file());
      deleted.put(added.file().path(), added.deleted());
    }
    version = newVersion;
  }

  private void remove(LiveFile file) {
    files.remove(file.path());
    byId.remove(FileIds.of(file.path()));
    deleted.remove(file.path());
  }

  /** Null when the file is not live any more. */
  LiveFile byId(UUID id) {
    return byId.get(id);
  }

  /** All of them, in no order. */
  Collection<LiveFile> all() {
    return files.values();
  }

  /** The deleted positions of a live file; not to be changed. */
  RoaringBitmap deletedIn(Engine engine, LiveFile file) throws IOException {
    RoaringBitmap known = deleted.get(file.path());
    if (known == null) {
      known =
          file.vector().isEmpty() ? new RoaringBitmap() : vectors.read(engine, file.vector().get());
      deleted.put(file.path(), known);
    }
    return known;
  }
}
