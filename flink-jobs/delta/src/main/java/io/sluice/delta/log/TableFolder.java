package io.sluice.delta.log;

import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.sluice.delta.storage.OutsideTableException;
import io.sluice.delta.storage.TableStorage;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/**
 * Paths of the log, which are percent-encoded, as names of files. A log from elsewhere may name any
 * file of this machine: only files below the table are read.
 */
@Internal
public final class TableFolder {

  private final TableStorage table;

  public TableFolder(TableStorage table) {
    this.table = table;
  }

  /**
   * The name of the file that a log entry names; nothing when it lies outside the table.
   *
   * @throws IOException if the path is no URI
   */
  public Optional<String> name(String path) throws IOException {
    URI uri = parse(path);
    return table.find(
        uri.getScheme() == null && !uri.getPath().startsWith("/")
            ? table.path(uri.getPath())
            : decoded(uri));
  }

  /** The name of the file of a deletion vector; nothing when it lies outside the table. */
  public Optional<String> name(DeletionVectorDescriptor vector) throws IOException {
    return table.find(path(vector));
  }

  private static String decoded(URI uri) {
    String host = uri.getAuthority() == null ? "" : "//" + uri.getAuthority();
    return uri.getScheme() == null ? uri.getPath() : uri.getScheme() + ":" + host + uri.getPath();
  }

  /**
   * The name of the file that a log entry names.
   *
   * @throws OutsideTableException if it lies outside the table, by its name or behind a link
   * @throws NoSuchFileException if it is not there
   */
  public String inside(String path) throws IOException {
    String name = below(path);
    table.status(name);
    return name;
  }

  /**
   * The name of the file that a log entry names; whether it is there, reading it will tell.
   *
   * @throws OutsideTableException if it lies outside the table by its name
   */
  public String below(String path) throws IOException {
    URI uri = parse(path);
    boolean relative =
        uri.getScheme() == null
            && !uri.getPath().startsWith("/")
            && !List.of(uri.getPath().split("/")).contains("..");
    if (!relative) {
      throw refused(path);
    }
    return uri.getPath();
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
      checkVector(vector);
    }
  }

  /**
   * The name of the file of a deletion vector.
   *
   * @throws OutsideTableException if it lies outside the table
   */
  public String file(DeletionVectorDescriptor vector) throws IOException {
    try {
      return table.name(path(vector));
    } catch (OutsideTableException e) {
      OutsideTableException refused = refused(vector.getPathOrInlineDv());
      refused.initCause(e);
      throw refused;
    }
  }

  private String path(DeletionVectorDescriptor vector) throws IOException {
    try {
      return vector.getAbsolutePath(table.toString());
    } catch (RuntimeException e) {
      throw new IOException(
          "The log of table %s names a deletion vector of type '%s' by '%s', which is no name of one: %s. The table is damaged or forged; put its log back from a backup"
              .formatted(
                  table, vector.getStorageType(), vector.getPathOrInlineDv(), e.getMessage()),
          e);
    }
  }

  private void checkVector(DeletionVectorDescriptor vector) throws IOException {
    String name = file(vector);
    try {
      table.status(name);
    } catch (NoSuchFileException e) {
      throw missingVector(name, e);
    }
  }

  /** The failure of reading a file of deletion vectors that is not there. */
  FileNotFoundException missingVector(String name, NoSuchFileException cause) {
    FileNotFoundException failure =
        new FileNotFoundException(
            "The deletion vector file %s of table %s is missing: nobody can tell which rows of its data files are deleted. Put it back from a backup, or read a version that does not name it"
                .formatted(name, table));
    failure.initCause(cause);
    return failure;
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
