package io.sluice.delta.rewind;

import io.delta.kernel.Snapshot;
import io.sluice.delta.commit.Fence;
import io.sluice.delta.commit.SavedSink;
import io.sluice.delta.log.LoadedTable;
import io.sluice.delta.log.SnapshotChoice;
import io.sluice.delta.log.TableLog;
import io.sluice.delta.log.TableState;
import io.sluice.delta.schema.RefusedTableException;
import io.sluice.delta.storage.LogNames;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Finds the version of a table that belongs to a savepoint. The log itself is the ledger: each
 * commit of a sink names the life of its state and the checkpoint. It is read backwards from the
 * newest version to the savepoint's.
 */
final class SavepointSearch {

  private static final long NOT_FOUND = -1;

  private final LoadedTable table;
  private final List<SavedSink> sinks;
  private final long checkpoint;
  private final Instant completed;
  private final Snapshot latest;
  private final Map<String, Long> transactions;

  /** From the newest version backwards. */
  private final List<VersionWriters> passed = new ArrayList<>();

  /** The newest version of each sink up to the savepoint. */
  private final Map<SavedSink, Long> found = new HashMap<>();

  private boolean cleanedUp;

  /**
   * @param sinks all sinks of the table, as the savepoint knows them
   * @param checkpoint the savepoint's id
   * @param completed when it was complete
   */
  SavepointSearch(LoadedTable table, List<SavedSink> sinks, long checkpoint, Instant completed)
      throws IOException {
    this.table = table;
    this.sinks = List.copyOf(sinks);
    this.checkpoint = checkpoint;
    this.completed = completed;
    latest = table.load();
    transactions = TableLog.transactions(table.engine(), latest);
  }

  /**
   * Finds it.
   *
   * @throws RefusedTableException if no version of the table belongs to the savepoint, or the log
   *     does not tell any more which one
   */
  SavepointVersion find() throws IOException {
    read();
    long floor = sinks.stream().mapToLong(this::found).max().orElse(NOT_FOUND);
    long next = Long.MAX_VALUE;
    for (SavedSink sink : sinks) {
      long after = firstAfter(sink);
      refuseUnknown(sink, after);
      next = Math.min(next, after);
    }
    if (floor == NOT_FOUND && next == Long.MAX_VALUE) {
      return unchanged();
    }
    if (next <= floor) {
      throw new RefusedTableException(
          "No version of table %s holds the rows of the savepoint and no others: its sinks committed version %d before version %d, which belongs to the savepoint. Rewind to another savepoint"
              .formatted(table.table(), next, floor));
    }
    long version = withSameRows(floor == NOT_FOUND ? next - 1 : floor, next);
    if (version < 0) {
      throw refused("it did not exist yet");
    }
    return result(version, next != Long.MAX_VALUE);
  }

  private long found(SavedSink sink) {
    return found.getOrDefault(sink, NOT_FOUND);
  }

  private void read() throws IOException {
    for (long version = latest.getVersion(); version >= 0; version--) {
      VersionWriters writers;
      try {
        writers = VersionWriters.read(table.table(), version);
      } catch (NoSuchFileException gone) {
        cleanedUp = true;
        return;
      }
      passed.add(writers);
      for (SavedSink sink : sinks) {
        Long committed = writers.transactions().get(sink.appId());
        if (committed != null && committed <= checkpoint) {
          found.putIfAbsent(sink, version);
        }
      }
      if (sinks.stream().allMatch(this::isSettled)) {
        return;
      }
    }
  }

  /** Whether nothing before the versions that were read tells more of a sink. */
  private boolean isSettled(SavedSink sink) {
    return found.containsKey(sink)
        || !transactions.containsKey(sink.appId()) && isBeforeSavepoint();
  }

  private boolean isBeforeSavepoint() {
    try {
      return !time(passed.get(passed.size() - 1).version()).isAfter(completed);
    } catch (IOException cannotTell) {
      return false;
    }
  }

  private Instant time(long version) throws IOException {
    return table.table().status(LogNames.entry(version)).time();
  }

  /** The first version of a sink after the savepoint; the largest number if there is none. */
  private long firstAfter(SavedSink sink) throws IOException {
    boolean committed = transactions.containsKey(sink.appId());
    long first = Long.MAX_VALUE;
    for (VersionWriters writers : passed) {
      if (writers.version() <= found(sink)) {
        break;
      }
      boolean after =
          found.containsKey(sink) || !committed && time(writers.version()).isAfter(completed)
              ? writers.isRestore()
                  || writers.transactions().keySet().stream().anyMatch(sink::isOfSink)
              : writers.transactions().containsKey(sink.appId());
      first = after ? writers.version() : first;
    }
    return first;
  }

  /** What the savepoint has of the sink must be in the table, or be committed by the next job. */
  private void refuseUnknown(SavedSink sink, long after) {
    boolean expected = sink.lastCheckpoint() >= 0;
    if (!found.containsKey(sink) && cleanedUp && (expected || after != Long.MAX_VALUE)) {
      throw refused("its log was cleaned up since");
    }
    long held =
        passed.stream()
            .filter(writers -> writers.version() == found(sink))
            .map(writers -> writers.transactions().get(sink.appId()))
            .findFirst()
            .orElse(-1L);
    if (expected && held != sink.lastCheckpoint() && after != Long.MAX_VALUE) {
      throw refused(
          found.containsKey(sink)
              ? "the rows of its last checkpoint never reached the table, as the job failed meanwhile"
              : "the table holds no commit of the job that took it: it was replaced since, or the savepoint is of another lake");
    }
  }

  private RefusedTableException refused(String reason) {
    return new RefusedTableException(
        "Which version of table %s belongs to the savepoint is not known: %s. Rewind to a later savepoint"
            .formatted(table.table(), reason));
  }

  /** Compactions after the savepoint leave the rows as they are, and few files. */
  private long withSameRows(long version, long next) {
    long last = version;
    for (int i = passed.size() - 1; i >= 0; i--) {
      VersionWriters writers = passed.get(i);
      if (writers.version() > last) {
        if (writers.version() >= next || writers.changesRows()) {
          break;
        }
        last = writers.version();
      }
    }
    return last;
  }

  private SavepointVersion unchanged() {
    return new SavepointVersion(
        latest.getVersion(), OptionalLong.empty(), false, List.of(), positions(transactions));
  }

  private SavepointVersion result(long version, boolean newer) throws IOException {
    if (holdsRowsOf(version)) {
      return unchanged();
    }
    Snapshot then = SnapshotChoice.version(version).load(table.table(), table.engine());
    return new SavepointVersion(
        latest.getVersion(),
        OptionalLong.of(version),
        newer,
        others(version),
        positions(TableLog.transactions(table.engine(), then)));
  }

  /** Whether the newest rows are those of the version, or the table was taken back to it. */
  private boolean holdsRowsOf(long version) {
    for (VersionWriters writers : passed) {
      if (writers.version() == version) {
        return true;
      }
      if (writers.changesRows() || writers.isRestore()) {
        return writers.isRestore() && writers.restored() == version;
      }
    }
    return false;
  }

  private List<String> others(long version) {
    List<String> others = new ArrayList<>();
    for (VersionWriters writers : passed) {
      boolean ofSink =
          writers.transactions().keySet().stream()
              .anyMatch(appId -> sinks.stream().anyMatch(sink -> sink.isOfSink(appId)));
      if (writers.version() > version && writers.changesRows() && !ofSink && !writers.isRestore()) {
        others.add(
            0, "%d (%s by %s)".formatted(writers.version(), writers.operation(), writers.engine()));
      }
    }
    return others;
  }

  private Map<String, Long> positions(Map<String, Long> transactions) {
    return Fence.positions(new TableState(latest.getVersion(), transactions));
  }
}
