package io.sluice.delta.log;

import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.sluice.delta.storage.LocalFileIO;
import io.sluice.delta.storage.LocalStorage;
import io.sluice.delta.storage.OutsideTableException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/**
 * Paths of the log, which are percent-encoded, as local files. A log from elsewhere may name any
 * file of this machine: only files below the table are read.
 */
@Internal
public final class LogPath {

  private final Path table;
  private final LocalStorage storage;

  public LogPath(Path table) {
    this.table = table;
    storage = new LocalStorage(table);
  }

  /**
   * The file that a log entry names; nothing when it cannot lie on this file system.
   *
   * @throws IOException if the path is no URI
   */
  public Optional<Path> local(String path) throws IOException {
    URI uri = parse(path);
    if (uri.getScheme() != null && !uri.getScheme().equals("file")) {
      return Optional.empty();
    }
    return Optional.of(table.resolve(Path.of(uri.getPath())).normalize());
  }

  /**
   * The file that a log entry names.
   *
   * @throws OutsideTableException if it lies outside the table, by its name or behind a link
   * @throws NoSuchFileException if it is not there
   */
  public Path inside(String path) throws IOException {
    URI uri = parse(path);
    boolean relative =
        uri.getScheme() == null
            && !uri.getPath().startsWith("/")
            && !List.of(uri.getPath().split("/")).contains("..");
    if (!relative) {
      throw refused(path);
    }
    Path file = table.resolve(uri.getPath());
    storage.attributes(file);
    return file;
  }

  /**
   * Fails for a deletion vector that is named by an absolute path, or lies outside the table by the
   * folder in front of its id or behind a link.
   */
  public void check(DeletionVectorDescriptor vector) throws IOException {
    if (vector.getStorageType().equals(DeletionVectorDescriptor.PATH_DV_MARKER)) {
      throw refused(vector.getPathOrInlineDv());
    }
    if (vector.isOnDisk()) {
      Path file = file(vector);
      if (!file.startsWith(table)) {
        throw refused(vector.getPathOrInlineDv());
      }
      checkVector(file);
    }
  }

  /** Where the file of a deletion vector should be, by its name alone. */
  public Path file(DeletionVectorDescriptor vector) throws IOException {
    try {
      return LocalFileIO.local(vector.getAbsolutePath(table.toString()));
    } catch (RuntimeException e) {
      throw new IOException(
          "The log of table %s names a deletion vector of type '%s' by '%s', which is no name of one: %s. The table is damaged or forged; put its log back from a backup"
              .formatted(
                  table, vector.getStorageType(), vector.getPathOrInlineDv(), e.getMessage()),
          e);
    }
  }

  private void checkVector(Path file) throws IOException {
    try {
      storage.attributes(file);
    } catch (NoSuchFileException e) {
      FileNotFoundException failure =
          new FileNotFoundException(
              "The deletion vector file %s of table %s is missing: nobody can tell which rows of its data files are deleted. Put it back from a backup, or read a version that does not name it"
                  .formatted(table.relativize(file), table));
      failure.initCause(e);
      throw failure;
    }
  }

  private OutsideTableException refused(String path) {
    return new OutsideTableException(
        "The log of table "
            + table
            + " names '"
            + path
            + "', which lies outside the table. It is not read: the table may be forged");
  }

  private URI parse(String path) throws IOException {
    try {
      URI uri = new URI(path);
      if (uri.getPath() == null) {
        throw new URISyntaxException(path, "It has no path");
      }
      return uri;
    } catch (URISyntaxException e) {
      throw new IOException(
          "The log of table "
              + table
              + " names '"
              + path
              + "', which is no percent-encoded path. Nothing was changed; repair the table first",
          e);
    }
  }
}
