package io.sluice.delta.storage;

import com.fasterxml.jackson.databind.JsonNode;
import io.delta.kernel.utils.FileStatus;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the names of a log from a version on by asking for one version after the other, so that the
 * cost does not depend on how many older ones there are: a local directory cannot be listed from a
 * name on. Entries are contiguous, so the first one that is missing is the end.
 *
 * <p>Not found so are what no reader needs (compacted entries) and log checkpoints behind the first
 * that have several parts or a name of their own; the entries that they sum up are there.
 */
final class LogListing {

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

  private LogListing() {}

  /**
   * The files of a log from a version on, sorted by name.
   *
   * @param from a prefix of names
   * @return empty when only a listing of the whole directory can tell: the prefix is no version,
   *     nothing is known of the log yet, a version that was there is gone, or the first version has
   *     no log checkpoint that could be found
   */
  static Optional<List<FileStatus>> probe(Path log, String from) throws IOException {
    LocalStorage.ofLog(log).check(log);
    Long known = last(log);
    if (known == null || !LogNames.isVersionPrefix(from)) {
      return Optional.empty();
    }
    long first = LogNames.version(from);
    List<FileStatus> found = new ArrayList<>();
    long version = first;
    Optional<FileStatus> entry = status(entry(log, version));
    while (entry.isPresent()) {
      if (version - first == MOST || !addFollowers(log, version, version == first, found)) {
        return Optional.empty();
      }
      found.add(entry.get());
      version++;
      entry = status(entry(log, version));
    }
    if (found.isEmpty() || version - 1 < known) {
      return Optional.empty();
    }
    found(log, version - 1);
    return Optional.of(found);
  }

  /** Adds what is written after a version's entry. False when the first one has no checkpoint. */
  private static boolean addFollowers(
      Path log, long version, boolean isFirst, List<FileStatus> found) throws IOException {
    Path single = log.resolve("%020d.checkpoint.parquet".formatted(version));
    boolean checkpoint = add(List.of(single), found);
    if (!checkpoint && isFirst && version > 0 && !add(lastCheckpoint(log, version), found)) {
      return false;
    }
    Path checksum = log.resolve("%020d.crc".formatted(version));
    if (LocalStorage.exists(checksum)) {
      found.add(LocalFileIO.nameOnly(checksum));
    }
    return true;
  }

  /** All files of a checkpoint, or none of them. */
  private static boolean add(List<Path> files, List<FileStatus> found) throws IOException {
    List<FileStatus> whole = new ArrayList<>();
    for (Path file : files) {
      Optional<FileStatus> status = status(file);
      if (status.isEmpty() || CheckpointFile.tear(file).isPresent()) {
        return false;
      }
      whole.add(status.get());
    }
    return found.addAll(whole);
  }

  /** The files of a version's log checkpoint with several parts, or with a name of its own. */
  private static List<Path> lastCheckpoint(Path log, long version) throws IOException {
    JsonNode last = CheckpointFile.last(log.resolve(CheckpointFile.LAST_CHECKPOINT));
    if (last.path("version").asLong(-1) != version) {
      return List.of();
    }
    String named = last.path("v2Checkpoint").path("path").asText();
    if (!named.isEmpty()) {
      return List.of(log.resolve(named.substring(named.lastIndexOf('/') + 1)));
    }
    int parts = last.path("parts").asInt();
    if (parts < 1 || parts > MOST) {
      return List.of();
    }
    return Stream.iterate(1, part -> part + 1)
        .limit(parts)
        .map(part -> "%020d.checkpoint.%010d.%010d.parquet".formatted(version, part, parts))
        .map(log::resolve)
        .toList();
  }

  private static Path entry(Path log, long version) {
    return log.resolve("%020d.json".formatted(version));
  }

  private static Optional<FileStatus> status(Path file) throws IOException {
    try {
      return Optional.of(LocalFileIO.status(LocalStorage.ofLog(file), file));
    } catch (FileNotFoundException absent) {
      if (absent.getCause() instanceof java.nio.file.NoSuchFileException) {
        return Optional.empty();
      }
      throw absent;
    }
  }

  /**
   * Takes in what a listing has found.
   *
   * @param from the prefix that it began with
   * @param names sorted
   */
  static void listed(Path directory, String from, List<Path> names) {
    if (!LogNames.isVersionPrefix(from)) {
      return;
    }
    synchronized (LAST) {
      LAST.remove(directory);
    }
    for (int i = names.size() - 1; i >= 0; i--) {
      if (LogNames.isEntry(names.get(i))) {
        found(directory, LogNames.version(names.get(i)));
        return;
      }
    }
  }

  private static Long last(Path log) {
    synchronized (LAST) {
      return LAST.get(log);
    }
  }

  private static void found(Path log, long version) {
    synchronized (LAST) {
      LAST.merge(log, version, Math::max);
    }
  }
}
