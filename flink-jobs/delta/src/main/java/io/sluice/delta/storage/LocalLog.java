package io.sluice.delta.storage;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the names of a log from a version on by asking for one version after the other, so that the
 * cost does not depend on how many older ones there are: a local directory cannot be listed from a
 * name on. Entries are contiguous, so the first one that is missing is the end.
 *
 * <p>Not found so are what no reader needs (compacted entries) and log checkpoints behind the first
 * that have several parts or a name of their own; the entries that they sum up are there.
 */
final class LocalLog {

  /** More versions than this are listed: there is a log checkpoint that could not be guessed. */
  private static final int MOST = 1000;

  private static final int REMEMBERED = 10_000;

  /** The last version of a log that was found; that it is missing later is for a listing to see. */
  private static final Map<Path, Long> LAST =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Long> eldest) {
          return size() > REMEMBERED;
        }
      };

  private LocalLog() {}

  /** The files of a log from a name on, sorted; torn listings are made again. */
  static Iterator<StoredFile> files(LocalStorage storage, String first) throws IOException {
    Optional<List<StoredFile>> probed = probe(storage, first);
    if (probed.isPresent()) {
      return probed.get().iterator();
    }
    List<String> names = storage.names(TableStorage.LOG, first);
    for (int again = 0; again < LogNames.LISTINGS && LogNames.areTorn(names); again++) {
      names = storage.names(TableStorage.LOG, first);
    }
    listed(storage.root(), first, names);
    return storage.statuses(names).iterator();
  }

  /** For checksums: there is one for every version, and nobody asks for its size or age. */
  static StoredFile nameOnly(String name) {
    return new StoredFile(name, 0, 0);
  }

  /**
   * The files of a log from a version on, sorted by name.
   *
   * @param from a prefix of names
   * @return empty when only a listing of the whole directory can tell: the prefix is no version,
   *     nothing is known of the log yet, a version that was there is gone, or the first version has
   *     no log checkpoint that could be found
   */
  static Optional<List<StoredFile>> probe(LocalStorage storage, String from) throws IOException {
    Long known = last(storage.root());
    if (known == null || !LogNames.isVersionPrefix(from)) {
      return Optional.empty();
    }
    if (!storage.isFolder(TableStorage.LOG)) {
      return Optional.empty();
    }
    long first = LogNames.version(from);
    List<StoredFile> found = new ArrayList<>();
    long version = first;
    Optional<StoredFile> entry = status(storage, LogNames.entry(version));
    while (entry.isPresent()) {
      if (version - first == MOST || !addFollowers(storage, version, version == first, found)) {
        return Optional.empty();
      }
      found.add(entry.get());
      version++;
      entry = status(storage, LogNames.entry(version));
    }
    if (found.isEmpty() || version - 1 < known) {
      return Optional.empty();
    }
    found(storage.root(), version - 1);
    return Optional.of(found);
  }

  /** Adds what is written after a version's entry. False when the first one has no checkpoint. */
  private static boolean addFollowers(
      LocalStorage storage, long version, boolean isFirst, List<StoredFile> found)
      throws IOException {
    boolean checkpoint = add(storage, List.of(LogNames.checkpoint(version)), found);
    if (!checkpoint
        && isFirst
        && version > 0
        && !add(storage, CheckpointFile.lastFiles(storage, version, MOST), found)) {
      return false;
    }
    String checksum = LogNames.checksum(version);
    if (storage.exists(checksum)) {
      found.add(nameOnly(checksum));
    }
    return true;
  }

  /** All files of a checkpoint, or none of them. */
  private static boolean add(LocalStorage storage, List<String> names, List<StoredFile> found)
      throws IOException {
    List<StoredFile> whole = new ArrayList<>();
    for (String name : names) {
      Optional<StoredFile> status = status(storage, name);
      if (status.isEmpty() || CheckpointFile.tear(storage, status.get()).isPresent()) {
        return false;
      }
      whole.add(status.get());
    }
    return !whole.isEmpty() && found.addAll(whole);
  }

  private static Optional<StoredFile> status(LocalStorage storage, String name) throws IOException {
    try {
      return Optional.of(storage.statusIn(name));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    }
  }

  /**
   * Takes in what a listing has found.
   *
   * @param from the prefix that it began with
   * @param names sorted
   */
  private static void listed(Path table, String from, List<String> names) {
    if (!LogNames.isVersionPrefix(from)) {
      return;
    }
    synchronized (LAST) {
      LAST.remove(table);
    }
    for (int i = names.size() - 1; i >= 0; i--) {
      if (LogNames.isEntry(names.get(i))) {
        found(table, LogNames.version(names.get(i)));
        return;
      }
    }
  }

  private static Long last(Path table) {
    synchronized (LAST) {
      return LAST.get(table);
    }
  }

  private static void found(Path table, long version) {
    synchronized (LAST) {
      LAST.merge(table, version, Math::max);
    }
  }
}
