package io.sluice.delta.log;

import io.sluice.delta.storage.CheckpointFile;
import io.sluice.delta.storage.LogNames;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;

/**
 * Removes the entries of a log that are older than the table keeps them and that a log checkpoint
 * replaces, with their checksums and checkpoints. Each run looks at a bounded number of versions
 * and never lists the directory: a table with a long past is cleaned up over many commits.
 *
 * <p>Log checkpoints of several parts, or with a name of their own, are left: only their writer
 * knows their names.
 */
final class LogCleanUp {

  /** Versions that a run looks at, and that it removes, at most; ten are added between two runs. */
  static final int VERSIONS_AT_ONCE = 200;

  private final TableStorage table;

  /** The first version whose entry is there, as far as it is known. */
  private long first;

  /** Up to here no more than {@link #anchor} is to be found. */
  private long searched;

  /** The last version whose log checkpoint replaces all entries before it; those may go. */
  private long anchor;

  LogCleanUp(TableStorage table) {
    this.table = table;
  }

  /**
   * Removes some of what is no longer needed.
   *
   * @param latest a version that has a log checkpoint
   * @param cutOff milliseconds since the epoch; younger entries stay
   */
  void run(long latest, long cutOff) throws IOException {
    findFirst(latest);
    if (anchor <= first) {
      findAnchor(latest, cutOff);
    }
    long until = Math.min(anchor, first + VERSIONS_AT_ONCE);
    for (; first < until; first++) {
      remove(first);
    }
  }

  /** Whether another run would find nothing more. */
  boolean isDone(long latest, long cutOff) throws IOException {
    return anchor <= first && !isExpired(Math.max(first + 1, searched), latest, cutOff);
  }

  /** Entries are contiguous, so what is missing is before what is there. */
  private void findFirst(long latest) throws IOException {
    if (exists(first)) {
      return;
    }
    long absent = first;
    long present = latest;
    while (absent + 1 < present) {
      long middle = absent + (present - absent) / 2;
      if (exists(middle)) {
        present = middle;
      } else {
        absent = middle;
      }
    }
    first = present;
  }

  private void findAnchor(long latest, long cutOff) throws IOException {
    long from = Math.max(first + 1, searched);
    long version = from;
    while (version < from + VERSIONS_AT_ONCE && isExpired(version, latest, cutOff)) {
      version++;
    }
    searched = version;
    for (long candidate = version - 1; candidate >= from; candidate--) {
      if (replacesAllBefore(candidate)) {
        anchor = candidate;
        return;
      }
    }
  }

  private boolean isExpired(long version, long latest, long cutOff) throws IOException {
    if (version >= latest) {
      return false;
    }
    try {
      return table.status(LogNames.entry(version)).modified() <= cutOff;
    } catch (NoSuchFileException gone) {
      return false;
    }
  }

  private boolean replacesAllBefore(long version) throws IOException {
    String checkpoint = LogNames.checkpoint(version);
    if (!table.exists(checkpoint)) {
      return false;
    }
    Optional<String> tear = CheckpointFile.tear(table, checkpoint);
    return tear.isEmpty() && CheckpointFile.holdsAllFiles(table, checkpoint);
  }

  /** The entry goes last: by it, what a failure leaves is found again. */
  private void remove(long version) throws IOException {
    table.delete(LogNames.checkpoint(version));
    table.delete(LogNames.checksum(version));
    table.delete(LogNames.entry(version));
  }

  private boolean exists(long version) throws IOException {
    return table.exists(LogNames.entry(version));
  }
}
