package io.sluice.delta.storage;

import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitor;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.flink.annotation.Internal;

/**
 * The files of one table on a local file system. Whatever opens, lists, writes or removes a file of
 * a table asks here, because a table may come from a stranger: no link that leads out of the table
 * is followed, and no pipe, socket or device is opened. Links that stay inside are followed, and
 * the table itself may be behind one.
 *
 * <p>Costs one system call per name between the table and the file, and more for links only. A link
 * that is put there between the check and the access is not noticed: whoever can do that while a
 * job runs may write the table anyway.
 *
 * @param table an absolute, normalised path
 */
@Internal
public record LocalStorage(Path table) {

  private static final String LOG = "_delta_log";

  /** The storage of the table to whose log a file belongs, or the log itself. */
  public static LocalStorage ofLog(Path inLog) {
    for (Path folder = inLog; folder != null; folder = folder.getParent()) {
      if (folder.endsWith(LOG)) {
        return new LocalStorage(folder.getParent());
      }
    }
    return new LocalStorage(inLog.getParent());
  }

  /** The log's folder. */
  public Path log() {
    return table.resolve(LOG);
  }

  /**
   * Returns the path if no name of it is a link that leaves the table. It need not exist.
   *
   * @throws OutsideTableException if it leaves the table
   */
  Path check(Path path) throws IOException {
    if (!path.startsWith(table) || !path.equals(path.normalize())) {
      throw new OutsideTableException(
          "'%s' lies outside the table %s. It is neither read nor changed: the table may be forged"
              .formatted(path, table));
    }
    for (int names = table.getNameCount() + 1; names <= path.getNameCount(); names++) {
      Path part =
          names == path.getNameCount() ? path : path.getRoot().resolve(path.subpath(0, names));
      Optional<BasicFileAttributes> found = attributesOf(part, LinkOption.NOFOLLOW_LINKS);
      if (found.isEmpty()) {
        return path;
      }
      if (found.get().isSymbolicLink()) {
        checkLink(part);
        found = attributesOf(part);
      }
      if (found.isPresent() && found.get().isOther()) {
        throw new OutsideTableException(
            "'%s' of table %s is a pipe, socket or device, which no table has. It is not opened, as reading it may never end; remove it"
                .formatted(table.relativize(part), table));
      }
    }
    return path;
  }

  /** Empty if there is nothing of this name. */
  private static Optional<BasicFileAttributes> attributesOf(Path path, LinkOption... options)
      throws IOException {
    try {
      return Optional.of(Files.readAttributes(path, BasicFileAttributes.class, options));
    } catch (NoSuchFileException missing) {
      return Optional.empty();
    }
  }

  private void checkLink(Path link) throws IOException {
    Path target;
    try {
      target = link.toRealPath();
    } catch (NoSuchFileException dangling) {
      // What it leads to may come; nothing is made there.
      target = link.resolveSibling(Files.readSymbolicLink(link)).toAbsolutePath().normalize();
    }
    if (!target.startsWith(table.toRealPath())) {
      throw new OutsideTableException(
          "'%s' of table %s is a link that leads to %s, which lies outside the table. Such links are not followed, so nothing is read, written or removed there; remove the link"
              .formatted(table.relativize(link), table, target));
    }
  }

  /** Whether there is a file, a folder or a link of this name; follows no last link. */
  public static boolean exists(Path path) {
    return Files.exists(path, LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether there is a folder of this name inside the table. */
  public boolean isFolder(Path path) throws IOException {
    return Files.isDirectory(check(path));
  }

  /**
   * What the file system says of a file.
   *
   * @throws NoSuchFileException if there is none
   */
  public BasicFileAttributes attributes(Path file) throws IOException {
    check(file.getParent());
    return attributesIn(file);
  }

  /** What the file system says of a file whose folder was checked before. */
  public BasicFileAttributes attributesIn(Path file) throws IOException {
    BasicFileAttributes found =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return found.isSymbolicLink()
        ? Files.readAttributes(check(file), BasicFileAttributes.class)
        : found;
  }

  /**
   * The content of a small file.
   *
   * @param most bytes; no file of its kind has more, so a larger one is not read
   * @throws NoSuchFileException if there is none
   */
  public byte[] read(Path file, int most) throws IOException {
    try (InputStream in = open(file)) {
      byte[] bytes = in.readNBytes(most);
      if (in.read() >= 0) {
        throw new IOException(
            "The file %s has more than %d bytes, which no file of its kind has. It is not read; remove it"
                .formatted(file, most));
      }
      return bytes;
    }
  }

  InputStream open(Path file) throws IOException {
    return Files.newInputStream(check(file));
  }

  public FileChannel channel(Path file) throws IOException {
    return FileChannel.open(check(file), StandardOpenOption.READ);
  }

  /**
   * The names in a folder, in no order; close the stream.
   *
   * @throws NoSuchFileException if there is none
   */
  public Stream<Path> list(Path folder) throws IOException {
    return Files.list(check(folder));
  }

  /** The names in a folder from one on, sorted. */
  public List<Path> names(Path folder, String first) throws IOException {
    try (Stream<Path> entries = list(folder)) {
      return entries
          .filter(entry -> entry.getFileName().toString().compareTo(first) >= 0)
          .sorted()
          .toList();
    }
  }

  /** Shows all files below the table, and follows no link. */
  public void walk(FileVisitor<Path> visitor) throws IOException {
    Files.walkFileTree(table, visitor);
  }

  /** Where a file really is; empty if it is not there. */
  public static Optional<Path> realPath(Path file) throws IOException {
    return Files.exists(file) ? Optional.of(file.toRealPath()) : Optional.empty();
  }

  /** Removes a file, or a link but not what it leads to. Returns false if there is none. */
  public boolean delete(Path file) throws IOException {
    check(file.getParent());
    return Files.deleteIfExists(file);
  }

  /** Sets the time at which a file was changed. */
  public void touch(Path file, Instant time) throws IOException {
    Files.setLastModifiedTime(check(file), FileTime.from(time));
  }

  /** A new file that is on disk once it is closed, see {@link ForcedOutputFile}. */
  public ForcedOutputFile create(Path file) throws IOException {
    check(file.getParent());
    return new ForcedOutputFile(file);
  }

  /** Makes a file of some text appear, see {@link DurableFile#write}. */
  public void write(Path file, String text, boolean overwrite) throws IOException {
    check(file.getParent());
    DurableFile.write(file, text, overwrite);
  }

  /** Creates a folder and those above it that are missing, see {@link DurableFile}. */
  public Path createFolder(Path folder) throws IOException {
    DurableFile.createDirectories(check(folder));
    return folder;
  }
}
