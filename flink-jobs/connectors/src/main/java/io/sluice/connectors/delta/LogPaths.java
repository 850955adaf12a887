package io.sluice.connectors.delta;

import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/**
 * Paths named by a Delta log. A log from elsewhere may name any file of this machine: only files
 * below the table are read.
 */
final class LogPaths {

  private LogPaths() {}

  /**
   * The file of a path of an {@code add} action.
   *
   * @throws IOException if it lies outside the table, or is not there
   */
  static Path resolve(Path table, String encoded) throws IOException {
    URI path = URI.create(encoded);
    if (path.getScheme() != null || path.getPath().startsWith("/") || climbs(path.getPath())) {
      throw refused(table, encoded);
    }
    Path file = table.resolve(path.getPath());
    if (!file.toRealPath().startsWith(table.toRealPath())) {
      throw refused(table, encoded);
    }
    return file;
  }

  /** Refuses a deletion vector that is named by an absolute path. */
  static void check(Path table, DeletionVectorDescriptor vector) throws IOException {
    if (vector.getStorageType().equals(DeletionVectorDescriptor.PATH_DV_MARKER)) {
      throw refused(table, vector.getPathOrInlineDv());
    }
  }

  private static boolean climbs(String path) {
    return List.of(path.split("/")).contains("..");
  }

  private static IOException refused(Path table, String path) {
    return new IOException(
        "The log of table "
            + table
            + " names '"
            + path
            + "', which lies outside the table. It is not read: the table may be forged");
  }
}
