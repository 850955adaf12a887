package io.sluice.connectors.delta;

import java.time.Instant;
import java.util.List;

/**
 * What vacuum removed, or would remove.
 *
 * @param version the table's version whose files were kept
 * @param before only files last modified, and removed from the table, before this time
 * @param files relative to the table, sorted
 * @param bytes their size
 * @param dryRun whether they are still there
 */
public record VacuumResult(
    long version, Instant before, List<String> files, long bytes, boolean dryRun) {

  public VacuumResult {
    files = List.copyOf(files);
  }
}
