package io.sluice.cli.platform;

import io.sluice.delta.maintain.CheckpointResult;
import io.sluice.delta.maintain.VacuumResult;
import io.sluice.delta.rewind.SavepointVersion;
import io.sluice.delta.rewrite.RewriteResult;
import io.sluice.job.SavedTables;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Keeps the Delta tables of a lake in shape. A table is named {@code LAYER/NAME}. */
public interface TableMaintenance {

  /** Packs small files into files of about this many bytes. */
  RewriteResult optimize(String table, long targetFileSize, boolean dryRun) throws IOException;

  /** Orders the rows so that filters by any of the columns read few files. */
  RewriteResult zorder(String table, List<String> columns, long targetFileSize, boolean dryRun)
      throws IOException;

  /**
   * Removes files that no version within the retention needs.
   *
   * @param retentionCheck refuse a retention that is dangerous
   */
  VacuumResult vacuum(String table, Duration retention, boolean retentionCheck, boolean dryRun)
      throws IOException;

  /** Writes a log checkpoint of the latest version if it has none. */
  CheckpointResult checkpoint(String table, boolean dryRun) throws IOException;

  /**
   * Asks the jobs that write the table to commit nothing for a while.
   *
   * @return when it ends
   */
  Instant pause(String table, Duration time) throws IOException;

  /** Ends a pause; false if there was none. */
  boolean resume(String table) throws IOException;

  /**
   * The version of a table that belongs to a savepoint.
   *
   * @param saved what the savepoint knows of the table
   * @param completed when the savepoint was complete
   * @return empty if there is no such table
   * @throws io.sluice.delta.schema.RefusedTableException if no version belongs to it
   */
  Optional<SavepointVersion> versionAt(String table, SavedTables saved, Instant completed)
      throws IOException;

  /**
   * Takes a table back to the version that belongs to a savepoint, in a new version.
   *
   * @param version of {@link #versionAt}
   * @param dryRun only check that it can be done
   * @return the new version; empty of a dry run
   * @throws io.sluice.delta.schema.RefusedTableException if it cannot be done
   */
  OptionalLong rewind(String table, SavedTables saved, long version, boolean dryRun)
      throws IOException;
}
