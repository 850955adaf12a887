package io.sluice.delta.log;

import io.delta.kernel.Snapshot;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.annotation.Internal;
import org.roaringbitmap.RoaringBitmap;

/** The files that a table must lose and get back to hold the rows of an earlier version. */
@Internal
public final class RestoredFiles {

  private final List<LiveFile> removed = new ArrayList<>();
  private final List<LiveFile> added = new ArrayList<>();

  private RestoredFiles() {}

  /**
   * Compares two versions.
   *
   * @param now the version that the next commit follows
   * @param then the version whose rows it shall hold
   */
  public static RestoredFiles between(Engine engine, Snapshot now, Snapshot then)
      throws IOException {
    Map<String, LiveFile> gone = new HashMap<>();
    LiveFile.each(engine, now, file -> gone.put(file.path(), file));
    RestoredFiles files = new RestoredFiles();
    LiveFile.each(
        engine,
        then,
        file -> {
          LiveFile same = gone.get(file.path());
          if (same != null && same.vector().equals(file.vector())) {
            gone.remove(file.path());
          } else {
            files.added.add(file);
          }
        });
    files.removed.addAll(gone.values());
    return files;
  }

  public boolean isEmpty() {
    return removed.isEmpty() && added.isEmpty();
  }

  /** How many files go, and how many come back. */
  public int[] count() {
    return new int[] {removed.size(), added.size()};
  }

  /** Bytes of the files that come back. */
  public long bytes() {
    return added.stream().mapToLong(file -> file.file().size()).sum();
  }

  /** A file that comes back and is not there any more; empty if all are. */
  public Optional<String> missing(TableStorage table) throws IOException {
    TableFolder paths = new TableFolder(table);
    for (LiveFile file : added) {
      Optional<String> name = paths.name(file.path());
      if (name.isEmpty() || !table.exists(name.get())) {
        return Optional.of(file.path());
      }
      Optional<DeletionVectorDescriptor> vector =
          file.vector().filter(DeletionVectorDescriptor::isOnDisk);
      if (vector.isPresent()) {
        Optional<String> deletions = paths.name(vector.get());
        if (deletions.isEmpty() || !table.exists(deletions.get())) {
          return Optional.of(deletions.orElse("the deletion vector of " + file.path()));
        }
      }
    }
    return Optional.empty();
  }

  /** The change of files. */
  public FileChanges changes() {
    return new FileChanges(
        removed,
        added.stream().map(file -> new FileChanges.Added(file, new RoaringBitmap())).toList());
  }
}
