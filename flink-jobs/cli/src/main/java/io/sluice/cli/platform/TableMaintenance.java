package io.sluice.cli.platform;

import io.sluice.delta.maintain.CheckpointResult;
import io.sluice.delta.maintain.VacuumResult;
import io.sluice.delta.rewrite.RewriteResult;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

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
}
