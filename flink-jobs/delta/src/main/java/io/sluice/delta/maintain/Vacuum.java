package io.sluice.delta.maintain;

import io.delta.kernel.Snapshot;
import io.delta.kernel.utils.FileStatus;
import io.sluice.delta.log.LoadedTable;
import io.sluice.delta.log.ReaderFeatures;
import io.sluice.delta.log.RetainedFiles;
import io.sluice.delta.log.TableLog;
import io.sluice.delta.log.TableProblem;
import io.sluice.delta.schema.NumberProperties;
import io.sluice.delta.storage.CheckpointFile;
import io.sluice.delta.storage.LogNames;
import io.sluice.delta.storage.OpenRead;
import io.sluice.delta.storage.OpenReads;
import io.sluice.delta.storage.TableFileIO;
import io.sluice.delta.storage.TableStorage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;

/** Removes files that no table version within the retention names, and no open read needs. */
@Internal
public final class Vacuum {

  /** How long removed files stay by default, and at least unless the check is off: 7 days. */
  static final Duration DEFAULT_RETENTION = Duration.ofDays(7);

  private record Unneeded(String name, long bytes, TableStorage.Removal removal) {}

  private final LoadedTable table;
  private final Duration retention;
  private final Clock clock;
  private final OpenReads openReads;

  public Vacuum(TableStorage table, Duration retention, Clock clock) throws IOException {
    // Files are compared by where they really are.
    this.table = new LoadedTable(table.real());
    this.retention = retention;
    this.clock = clock;
    openReads = new OpenReads(this.table.table());
  }

  public VacuumResult run(boolean retentionCheck, boolean dryRun) throws IOException {
    Snapshot snapshot = table.load();
    checkFeatures(snapshot);
    checkLog(snapshot);
    Duration tombstones =
        Duration.ofMillis(NumberProperties.tombstoneRetention(table.table(), snapshot));
    if (retentionCheck) {
      checkRetention(tombstones);
    }
    Instant before = clock.instant().minus(retention);
    Instant expired = clock.instant().minus(longer(retention, DEFAULT_RETENTION));
    Map<Boolean, List<OpenRead>> reads =
        openReads.all().stream()
            .collect(Collectors.partitioningBy(read -> !read.lastSeen().isBefore(expired)));
    List<Unneeded> unneeded = unneeded(snapshot, before, reads.get(true));
    if (!dryRun) {
      for (Unneeded each : unneeded) {
        each.removal().run();
      }
      for (OpenRead forgotten : reads.get(false)) {
        openReads.remove(forgotten.id());
      }
    }
    return new VacuumResult(
        snapshot.getVersion(),
        before,
        unneeded.stream().map(Unneeded::name).toList(),
        unneeded.stream().mapToLong(Unneeded::bytes).sum(),
        dryRun,
        reads.get(true),
        reads.get(false));
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  private List<Unneeded> unneeded(Snapshot snapshot, Instant before, List<OpenRead> reads)
      throws IOException {
    RetainedFiles retained =
        RetainedFiles.of(
            table.table(),
            table.engine(),
            snapshot,
            before,
            entriesSince(before, snapshot.getVersion()));
    checkCount(snapshot, retained.live());
    Optional<List<FileStatus>> sinceReads = entriesAfter(reads, snapshot.getVersion());
    if (sinceReads.isEmpty()) {
      // Nobody can tell what was removed since, so it is kept.
      return List.of();
    }
    retained.keepRemoved(table.engine(), sinceReads.get());
    List<Unneeded> unneeded = new ArrayList<>();
    DataFileWalk.walk(
        table.table(),
        snapshot.getPartitionColumnNames(),
        (file, removal) -> {
          if (file.time().isBefore(before) && !retained.contains(file.name())) {
            unneeded.add(new Unneeded(file.name(), file.size(), removal));
          }
        });
    unneeded.sort(Comparator.comparing(Unneeded::name));
    return unneeded;
  }

  /**
   * The log entries that may have removed what the reads need; nothing when some were cleaned up.
   */
  private Optional<List<FileStatus>> entriesAfter(List<OpenRead> reads, long latest)
      throws IOException {
    long oldest = reads.stream().mapToLong(OpenRead::version).min().orElse(latest);
    List<FileStatus> entries = new ArrayList<>();
    for (long version = oldest; version++ < latest; ) {
      String entry = LogNames.entry(version);
      try {
        entries.add(TableFileIO.status(table.table(), entry));
      } catch (FileNotFoundException cleanedUp) {
        return Optional.empty();
      }
    }
    return Optional.of(entries);
  }

  /**
   * The log entries of that time. Log checkpoints are no help: Kernel's forget what was removed
   * before the checkpoint before them, and all forget it after the table's own retention.
   *
   * @throws IllegalStateException if some of the entries were cleaned up already
   */
  private List<FileStatus> entriesSince(Instant before, long latest) throws IOException {
    List<FileStatus> entries = new ArrayList<>();
    for (long version = latest; version >= 0; version--) {
      String entry = LogNames.entry(version);
      try {
        FileStatus status = TableFileIO.status(table.table(), entry);
        if (status.getModificationTime() < before.toEpochMilli()) {
          return entries;
        }
        entries.add(status);
      } catch (FileNotFoundException cleanedUp) {
        throw new IllegalStateException(
            "Vacuum of table %s is refused: its log was cleaned up to version %d (delta.logRetentionDuration), so nobody can tell what was removed since %s. Use a shorter retention, or keep the log for longer"
                .formatted(table.table(), version, before),
            cleanedUp);
      }
    }
    return entries;
  }

  /**
   * Nobody knows what a torn log checkpoint was to tell, and whether what is read instead is all of
   * it.
   */
  private void checkLog(Snapshot snapshot) throws IOException {
    long from = TableLog.checkpointVersion(snapshot).orElse(-1L);
    Map<String, String> passedOver = TableProblem.passedOver(table.table(), from);
    if (!passedOver.isEmpty()) {
      Map.Entry<String, String> torn = passedOver.entrySet().iterator().next();
      throw new IllegalStateException(
          "Vacuum of table %s is refused: its log checkpoint %s is torn (%s), and a table that is read from half a log would lose files. Nothing was removed. Remove that file, see that the table has all its rows, and run vacuum again"
              .formatted(table.table(), table.table().path(torn.getKey()), torn.getValue()));
    }
  }

  /** The checksum counts files version by version, independently of log checkpoints. */
  private void checkCount(Snapshot snapshot, long live) throws IOException {
    Optional<Long> counted = CheckpointFile.liveFiles(table.table(), snapshot.getVersion());
    if (counted.isPresent() && counted.get() != live) {
      throw new IllegalStateException(
          "Vacuum of table %s is refused: its log names %d live files at version %d, and the checksum of that version %d. Nothing was removed. If a log checkpoint is wrong, remove it; if the checksum is, remove that"
              .formatted(table.table(), live, snapshot.getVersion(), counted.get()));
    }
  }

  private void checkRetention(Duration tombstones) {
    Duration least = longer(tombstones, DEFAULT_RETENTION);
    if (retention.compareTo(least) < 0) {
      throw new IllegalStateException(
          "Vacuum of table "
              + table.table()
              + " is refused by the retention check: a retention of "
              + hours(retention)
              + " is shorter than "
              + hours(least)
              + " (the longer of 7 days and delta.deletedFileRetentionDuration), so it could remove files that jobs have yet to commit or that readers of older versions need. Use a longer one, or switch the retention check off if nothing else uses the table");
    }
  }

  private static String hours(Duration duration) {
    return duration.toMinutes() % 60 == 0
        ? duration.toHours() + " hours"
        : duration.toMinutes() + " minutes";
  }

  /** A table that is not wholly understood may need files that its known actions do not name. */
  private void checkFeatures(Snapshot snapshot) {
    String reason = ReaderFeatures.unknown(table.table(), snapshot);
    if (!reason.isEmpty()) {
      throw new IllegalStateException(
          "Vacuum of table "
              + table.table()
              + " is refused: it has features whose files Sluice does not know ("
              + reason
              + "). Nothing was removed; use Spark's VACUUM for this table");
    }
  }
}
