package io.sluice.connectors.delta;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Keeps Delta tables on a local file system in shape. It may run while jobs write the table:
 * neither fails or waits for the other. Paths are absolute or {@code file:} URIs; a path without a
 * table ends in a {@link java.io.FileNotFoundException} that says so.
 */
public final class DeltaMaintenance {

  /** Bytes of a file that reads well: 128 MB. */
  public static final long DEFAULT_TARGET_FILE_SIZE = 128L << 20;

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

  private static Path table(String tablePath) {
    return TablePath.parse(tablePath);
  }

  private static long checked(long targetFileSize) {
    if (targetFileSize <= 0) {
      throw new IllegalArgumentException(
          "The target file size is " + targetFileSize + " bytes; it must be positive");
    }
    return targetFileSize;
  }
}
