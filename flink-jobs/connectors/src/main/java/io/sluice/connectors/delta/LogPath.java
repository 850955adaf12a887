package io.sluice.connectors.delta;

import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Paths of the log, which are percent-encoded, as local files. A log from elsewhere may name any
 * file of this machine: only files below the table are read.
 */
final class LogPath {

  private final Path table;

  LogPath(Path table) {
    this.table = table;
  }

  /**
   * The file that a log entry names; nothing when it cannot lie on this file system.
   *
   * @throws IOException if the path is no URI
   */
  Optional<Path> local(String path) throws IOException {
    URI uri = parse(path);
    if (uri.getScheme() != null && !uri.getScheme().equals("file")) {
      return Optional.empty();
    }
    return Optional.of(table.resolve(Path.of(uri.getPath())).normalize());
  }

  /**
   * The file that a log entry names.
   *
   * @throws IOException if it lies outside the table, by its name or behind a link
   */
  Path inside(String path) throws IOException {
    URI uri = parse(path);
    boolean relative =
        uri.getScheme() == null
            && !uri.getPath().startsWith("/")
            && !List.of(uri.getPath().split("/")).contains("..");
    if (!relative || !table.resolve(uri.getPath()).toRealPath().startsWith(table.toRealPath())) {
      throw refused(path);
    }
    return table.resolve(uri.getPath());
  }

  /**
   * Fails for a deletion vector that is named by an absolute path, or lies outside the table by the
   * folder in front of its id or behind a link.
   */
  void check(DeletionVectorDescriptor vector) throws IOException {
    if (vector.getStorageType().equals(DeletionVectorDescriptor.PATH_DV_MARKER)) {
      throw refused(vector.getPathOrInlineDv());
    }
    if (vector.isOnDisk()) {
      Path file = LocalFileIO.local(vector.getAbsolutePath(table.toString()));
      if (!file.startsWith(table) || !realPath(file).startsWith(table.toRealPath())) {
        throw refused(vector.getPathOrInlineDv());
      }
    }
  }

  private Path realPath(Path deletionVector) throws IOException {
    try {
      return deletionVector.toRealPath();
    } catch (NoSuchFileException e) {
      FileNotFoundException failure =
          new FileNotFoundException(
              "The deletion vector file %s of table %s is missing: nobody can tell which rows of its data files are deleted. Put it back from a backup, or read a version that does not name it"
                  .formatted(table.relativize(deletionVector), table));
      failure.initCause(e);
      throw failure;
    }
  }

  private IOException refused(String path) {
    return new IOException(
        "The log of table "
            + table
            + " names '"
            + path
            + "', which lies outside the table. It is not read: the table may be forged");
  }

  /**
   * Fails if a folder for new files, as far as it exists, leads out of the table behind a link.
   *
   * @param relative as it is on disk, not encoded
   */
  void checkFolder(String relative) throws IOException {
    Path existing = table.resolve(relative);
    while (!Files.exists(existing, LinkOption.NOFOLLOW_LINKS)) {
      existing = existing.getParent();
    }
    if (!existing.toRealPath().startsWith(table.toRealPath())) {
      throw new IOException(
          "The folder '"
              + relative
              + "' of table "
              + table
              + " leads to "
              + existing.toRealPath()
              + ", which lies outside the table. Nothing is written there; remove the link");
    }
  }

  /** A folder of our own beside the data, which readers pass over by its underscore. */
  Path createFolder(String name) throws IOException {
    Path folder = table.resolve(name);
    if (!Files.isDirectory(folder)) {
      Files.createDirectories(table);
      checkFolder(name);
      Files.createDirectories(folder);
      DurableFile.force(table);
    }
    return folder;
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
