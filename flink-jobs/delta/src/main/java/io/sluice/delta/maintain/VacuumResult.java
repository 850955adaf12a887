package io.sluice.delta.maintain;

import io.sluice.delta.storage.OpenRead;
import java.time.Instant;
import java.util.List;
import org.apache.flink.annotation.PublicEvolving;

/**
 * What vacuum removed, or would remove.
 *
 * @param version the table's version whose files were kept
 * @param before only files last modified, and removed from the table, before this time
 * @param files relative to the table, sorted
 * @param bytes their size
 * @param dryRun whether they are still there
 * @param openReads sources that still read old versions, for which files were kept
 * @param expiredReads sources that gave no sign of life for so long that they were passed over;
 *     they are forgotten unless it is a dry run
 */
@PublicEvolving
public record VacuumResult(
    long version,
    Instant before,
    List<String> files,
    long bytes,
    boolean dryRun,
    List<OpenRead> openReads,
    List<OpenRead> expiredReads) {

  public VacuumResult {
    files = List.copyOf(files);
    openReads = List.copyOf(openReads);
    expiredReads = List.copyOf(expiredReads);
  }
}
