package io.sluice.delta.maintain;

import io.delta.kernel.Snapshot;
import io.sluice.delta.log.LoadedTable;
import io.sluice.delta.log.TableLog;
import io.sluice.delta.rewrite.RewriteResult;
import io.sluice.delta.storage.CommitPause;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalLong;
import org.apache.flink.annotation.PublicEvolving;

/**
 * Keeps Delta tables in shape. It may run while jobs write the table: neither fails or waits for
 * the other. Paths are absolute, {@code file:} URIs or {@code s3://bucket/key}; a path without a
 * table ends in a {@link java.io.FileNotFoundException} that says so.
 */
@PublicEvolving
public final class DeltaMaintenance {

  /** Bytes of a file that reads well: 128 MB. */
  public static final long DEFAULT_TARGET_FILE_SIZE = 128L << 20;

  /** How long removed files stay by default: 7 days. */
  public static final Duration DEFAULT_RETENTION = Vacuum.DEFAULT_RETENTION;

  /** How long jobs keep what they would commit, at most: 10 minutes. */
  public static final Duration LONGEST_PAUSE = CommitPause.LONGEST;

  private DeltaMaintenance() {}

  /**
   * Packs small files of the same partition into bigger ones, and drops deleted rows for good in
   * files with many of them.
   *
   * @param targetFileSize bytes; files of this size stay as they are
   * @param dryRun only say what would be done
   * @throws IllegalStateException if the table has a feature that the rewrite would break
   */
  public static RewriteResult optimize(String tablePath, long targetFileSize, boolean dryRun)
      throws IOException {
    return new Compaction(table(tablePath), checked(targetFileSize), () -> {}).run(dryRun);
  }

  /**
   * Rewrites each partition so that its files hold rows that are near in all the columns, whose
   * filters then skip most files. Every run rewrites all partitions of more than one file.
   *
   * @param columns not partition columns; the fewer, the better they work
   * @param targetFileSize bytes of a file
   * @param dryRun only say what would be done
   * @throws IllegalArgumentException if ordering by a column is impossible or of no use
   * @throws IllegalStateException if the table has a feature that the rewrite would break
   */
  public static RewriteResult zorder(
      String tablePath, List<String> columns, long targetFileSize, boolean dryRun)
      throws IOException {
    return new ZOrdering(table(tablePath), columns, checked(targetFileSize)).run(dryRun);
  }

  /**
   * Removes data files and deletion vectors that no version within the retention needs: not live in
   * the latest version, not removed from the table within the retention, and not modified within it
   * (so that files which a running job has yet to commit stay). Files that a {@code DeltaSource}
   * has yet to read stay as well, as long as it, or a state of it, gave a sign of life within the
   * retention and 7 days. Whatever a savepoint older than the retention has yet to commit is lost:
   * the caller must see to that. The log is not written.
   *
   * @param retention how far back versions stay readable
   * @param retentionCheck refuse a retention shorter than {@link #DEFAULT_RETENTION} or than the
   *     table's delta.deletedFileRetentionDuration
   * @param dryRun only say what would be removed
   * @throws IllegalStateException if the retention check fails or the table has features that are
   *     not known
   * @throws IOException if the log cannot be read completely, then nothing is removed; or if a file
   *     cannot be removed
   */
  public static VacuumResult vacuum(
      String tablePath, Duration retention, boolean retentionCheck, boolean dryRun)
      throws IOException {
    TableStorage table = table(tablePath);
    return new Vacuum(table, retention, table.clock(Clock.systemUTC())).run(retentionCheck, dryRun);
  }

  /**
   * Writes a log checkpoint of the latest version, from which readers start, unless there is one.
   *
   * @param dryRun only say whether there is none
   */
  public static CheckpointResult checkpoint(String tablePath, boolean dryRun) throws IOException {
    LoadedTable table = new LoadedTable(table(tablePath));
    Snapshot latest = table.load();
    long version = latest.getVersion();
    OptionalLong checkpoint = TableLog.checkpointVersion(latest);
    boolean missing = checkpoint.isEmpty() || checkpoint.getAsLong() != version;
    if (missing && !dryRun) {
      missing = table.writeCheckpoint(version);
    }
    return new CheckpointResult(version, missing);
  }

  /**
   * Asks the jobs that write a table to commit nothing for a while, so that a statement of another
   * writer can win. They go on, keep what they would commit in their state, and commit it
   * afterwards, each checkpoint as its own version. A job keeps from its next checkpoint on; the
   * one that it has begun may still be committed. Another pause replaces the one before.
   *
   * @param time positive and at most {@link #LONGEST_PAUSE}
   * @return when it ends
   * @throws IllegalArgumentException if the time is not within these bounds
   */
  public static Instant pause(String tablePath, Duration time) throws IOException {
    if (time.isNegative() || time.isZero() || time.compareTo(LONGEST_PAUSE) > 0) {
      throw new IllegalArgumentException(
          "A pause of %d seconds is not possible: it lasts more than none and at most %d minutes"
              .formatted(time.toSeconds(), LONGEST_PAUSE.toMinutes()));
    }
    TableStorage table = existing(tablePath);
    Instant until =
        table.clock(Clock.systemUTC()).instant().truncatedTo(ChronoUnit.MILLIS).plus(time);
    CommitPause.begin(table, until);
    return until;
  }

  /**
   * Ends a pause before its time.
   *
   * @return false if there was none
   */
  public static boolean resume(String tablePath) throws IOException {
    TableStorage table = existing(tablePath);
    return CommitPause.end(table, table.clock(Clock.systemUTC()).instant());
  }

  private static TableStorage existing(String tablePath) throws IOException {
    LoadedTable table = new LoadedTable(table(tablePath));
    table.load();
    return table.table();
  }

  private static TableStorage table(String tablePath) {
    return TableStorage.of(tablePath);
  }

  private static long checked(long targetFileSize) {
    if (targetFileSize <= 0) {
      throw new IllegalArgumentException(
          "The target file size is " + targetFileSize + " bytes; it must be positive");
    }
    return targetFileSize;
  }
}
