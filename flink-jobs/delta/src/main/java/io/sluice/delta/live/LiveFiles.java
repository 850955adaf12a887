package io.sluice.delta.live;

import io.delta.kernel.Snapshot;
import io.delta.kernel.engine.Engine;
import io.sluice.delta.log.DeletionVectors;
import io.sluice.delta.log.FileChanges;
import io.sluice.delta.log.FileIds;
import io.sluice.delta.log.FileSizes;
import io.sluice.delta.log.LiveFile;
import io.sluice.delta.log.TableHead;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;
import org.roaringbitmap.RoaringBitmap;

/**
 * The data files of a table's newest version, kept from commit to commit, so that a commit costs
 * what it changes. Only a version by another writer makes it read the whole list again.
 */
@Internal
public final class LiveFiles {

  private static final long NOTHING = -1;

  private final DeletionVectors vectors;
  private final CompactionCandidates candidates;
  private final long smallBelow;
  private final MovedRows moved;
  private final Map<String, LiveFile> files = new HashMap<>();
  private final Map<UUID, LiveFile> byId = new HashMap<>();
  private final Map<String, RoaringBitmap> deleted = new HashMap<>();
  private final UnknownFiles unknown;

  /** Inputs of the compaction under way, and those of which we deleted the last row since. */
  private final Set<String> compacting = new HashSet<>();

  private final Set<String> erased = new HashSet<>();
  private long version = NOTHING;
  private int small;

  public LiveFiles(TableStorage table) {
    this(table, 0L);
  }

  /** The live files of a table that a sink writes: they follow its head. */
  public static LiveFiles of(TableHead head) {
    LiveFiles live = new LiveFiles(head.table(), head.layout().targetFileSize());
    head.onOtherVersion(live::forget);
    return live;
  }

  /**
   * @param target bytes of a full file, for {@link #count} and {@link #candidates}
   */
  public LiveFiles(TableStorage table, long target) {
    smallBelow = FileSizes.smallBelow(target);
    candidates = new CompactionCandidates(target);
    vectors = new DeletionVectors(table);
    moved = new MovedRows(table);
    unknown = new UnknownFiles(moved);
  }

  /** Loads the files of the version that the next commit follows. */
  public void load(TableHead head) throws IOException {
    load(head.engine(), head.snapshot());
  }

  /** Brings the list to a version. */
  public void load(Engine engine, Snapshot snapshot) throws IOException {
    if (snapshot.getVersion() == version) {
      return;
    }
    Map<String, LiveFile> before = Map.copyOf(files);
    // A list that breaks off is not one.
    forget();
    files.clear();
    byId.clear();
    small = 0;
    candidates.clear();
    unknown.forget();
    LiveFile.each(engine, snapshot, this::put);
    deleted
        .keySet()
        .removeIf(
            path ->
                !files.containsKey(path)
                    || !before.containsKey(path)
                    || !files.get(path).vector().equals(before.get(path).vector()));
    moved.keep(files.values());
    version = snapshot.getVersion();
  }

  /** The next load reads the list again, whatever its version. */
  public void forget() {
    version = NOTHING;
  }

  private void put(LiveFile file) {
    files.put(file.path(), file);
    byId.put(FileIds.of(file.path()), file);
    small += isSmall(file) ? 1 : 0;
    candidates.put(file);
  }

  /** Follows a commit of our own. */
  public void committed(long newVersion, FileChanges merge) {
    Map<String, LiveFile> gone =
        merge.removed().stream().collect(Collectors.toMap(LiveFile::path, file -> file));
    merge.removed().forEach(this::remove);
    for (FileChanges.Added added : merge.added()) {
      LiveFile file = added.file();
      put(file);
      moved.added(file);
      deleted.put(file.path(), added.deleted());
      if (gone.remove(file.path()) != null) {
        unknown.changed(file);
      } else {
        unknown.added(file);
      }
    }
    for (LiveFile file : gone.values()) {
      String path = file.path();
      unknown.removed(file);
      moved.removed(path);
      if (compacting.contains(path)) {
        erased.add(path);
      }
    }
    version = newVersion;
  }

  private void remove(LiveFile file) {
    files.remove(file.path());
    byId.remove(FileIds.of(file.path()));
    deleted.remove(file.path());
    small -= isSmall(file) ? 1 : 0;
    candidates.remove(file);
  }

  private boolean isSmall(LiveFile file) {
    return file.file().size() < smallBelow;
  }

  /** Null when the file is not live any more. */
  public LiveFile byId(UUID id) {
    return byId.get(id);
  }

  /** Null when the file is not live any more. */
  public LiveFile byPath(String path) {
    return files.get(path);
  }

  /** All of them, in no order. */
  public Collection<LiveFile> all() {
    return files.values();
  }

  /** What is worth packing. */
  public CompactionCandidates candidates() {
    return candidates;
  }

  /** Small ones are smaller than half a full file. Empty while the list is not known. */
  public Optional<FileCount> count() {
    return version == NOTHING ? Optional.empty() : Optional.of(new FileCount(files.size(), small));
  }

  /**
   * The files that hold rows which an index does not know.
   *
   * @param adopted ids of files whose rows it has learned when it began
   */
  public Collection<LiveFile> unknown(Lineage known, Set<UUID> adopted) {
    return unknown.among(files, known, adopted);
  }

  /**
   * The files, by partition values and path, that an index knows and of whose rows it may have
   * forgotten some; not to be changed.
   *
   * @param adopted see {@link #unknown}
   * @param upTo entries of the index that were last changed then or before may be gone
   */
  public Map<Map<String, String>, Map<String, LiveFile>> forgotten(
      Lineage known, Set<UUID> adopted, long upTo) {
    return unknown.forgotten(files, known, adopted, upTo);
  }

  /** Where rows of a file that is gone are now, by live file; empty when nothing tells. */
  public Map<LiveFile, RoaringBitmap> moved(UUID id, RoaringBitmap positions) {
    MovedPlaces.Place place = moved.of(id);
    LiveFile now = place == null ? null : files.get(place.path());
    return now == null ? Map.of() : Map.of(now, place.moved().places(positions));
  }

  /** What a compaction that begins must know of its files. */
  public List<Moves.Input> inputs(List<LiveFile> chosen) throws IOException {
    compacting.clear();
    erased.clear();
    List<Moves.Input> inputs = new ArrayList<>();
    for (LiveFile file : chosen) {
      compacting.add(file.path());
      inputs.add(
          new Moves.Input(file, deletedIn(file).clone(), moved.into(file).orElse(Moves.NONE)));
    }
    return inputs;
  }

  /**
   * Whether a file of the last {@link #inputs} left the table because commits of our own deleted
   * all of its rows.
   */
  public boolean isErased(String path) {
    return erased.contains(path);
  }

  /** The deleted positions of a live file; not to be changed. */
  public RoaringBitmap deletedIn(LiveFile file) throws IOException {
    RoaringBitmap known = deleted.get(file.path());
    if (known == null) {
      known = file.vector().isEmpty() ? new RoaringBitmap() : vectors.read(file.vector().get());
      deleted.put(file.path(), known);
    }
    return known;
  }
}
