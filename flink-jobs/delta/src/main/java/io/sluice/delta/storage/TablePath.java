package io.sluice.delta.storage;

import java.net.URI;
import java.nio.file.Path;

/** Turns the path of a table on this machine, as people write it, into a normalised one. */
final class TablePath {

  private TablePath() {}

  /**
   * @param path an absolute path or a {@code file:} URI
   * @throws IllegalArgumentException for anything else, and for paths that climb with {@code ..}
   */
  static Path local(String path) {
    Path local = toPath(path);
    if (!local.isAbsolute()) {
      throw new IllegalArgumentException(
          "The table path '" + path + "' is relative; give an absolute path or a file: URI");
    }
    for (Path part : local) {
      if (part.toString().equals("..")) {
        throw new IllegalArgumentException("The table path '" + path + "' climbs with '..'");
      }
    }
    return local.normalize();
  }

  private static Path toPath(String path) {
    if (path.startsWith("file:")) {
      return Path.of(URI.create(path).getPath());
    }
    if (path.matches("[a-zA-Z][a-zA-Z0-9+.-]+:.*")) {
      throw new IllegalArgumentException(
          "The table path '"
              + path
              + "' is on no storage that there is; give an absolute path, a file: URI or s3://bucket/key");
    }
    return Path.of(path);
  }
}
