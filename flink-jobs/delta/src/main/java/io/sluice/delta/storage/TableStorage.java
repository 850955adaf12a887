package io.sluice.delta.storage;

import io.delta.kernel.defaults.engine.fileio.SeekableInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.apache.flink.annotation.Internal;

/**
 * The files of one table: the only place that touches a disk or a bucket. For several threads.
 *
 * <p>A name is the way to a file below the table, with {@code /} between folders, not
 * percent-encoded, without a first {@code /} and without {@code .} or {@code ..}; the empty name is
 * the table's own folder. A name that is none, or that leads out of the table by a link, ends in an
 * {@link OutsideTableException}. A file that is not there ends in a {@link
 * java.nio.file.NoSuchFileException}, a name that is taken in a {@link
 * java.nio.file.FileAlreadyExistsException}; both name the file as {@link #path} does. Every other
 * failure is an {@link IOException} whose message is a sentence with the file, the reason and the
 * remedy.
 */
@Internal
public interface TableStorage {

  /** The folder of the log. */
  String LOG = "_delta_log";

  /**
   * The storage of a table.
   *
   * @param address an absolute path, a {@code file:} URI, or {@code s3://bucket/key}
   * @throws IllegalArgumentException for anything else
   */
  static TableStorage of(String address) {
    return S3Storage.isAddress(address)
        ? S3Storage.of(address)
        : LocalStorage.of(TablePath.local(address));
  }

  /**
   * The table as people write it: an absolute path, or {@code s3://bucket/key}. So does {@code
   * toString}.
   */
  String table();

  /** A file as people write it. */
  default String path(String name) {
    return name.isEmpty() ? table() : table() + "/" + name;
  }

  /** A file as Delta Kernel calls it. */
  String uri(String name);

  /**
   * The name of a file that {@link #uri} or {@link #path} calls so. Nothing is looked at.
   *
   * @throws OutsideTableException if it is not below the table
   */
  String name(String uri) throws OutsideTableException;

  /**
   * The name of a file of the table that somebody calls so, whatever way leads to it; empty for
   * what is no file of the table, and on a disk for what is not there.
   *
   * @param uri a path or URI, not percent-encoded; it may lead through links or have {@code .}
   *     parts
   */
  Optional<String> find(String uri) throws IOException;

  /** Whether there is something of this name. */
  boolean exists(String name) throws IOException;

  /** Whether there is a folder of this name, that is: something in it where folders are names. */
  boolean isFolder(String name) throws IOException;

  /** What the storage says of a file. */
  StoredFile status(String name) throws IOException;

  /**
   * Whether a file is the one that was seen before: neither gone nor written anew.
   *
   * @param seen from this storage
   */
  boolean isUnchanged(StoredFile seen) throws IOException;

  /**
   * The content of a small file.
   *
   * @param most bytes; no file of its kind has more, so a larger one is not read
   */
  default byte[] read(String name, int most) throws IOException {
    try (InputStream in = open(name)) {
      byte[] bytes = in.readNBytes(most);
      if (in.read() >= 0) {
        throw new IOException(
            "The file %s has more than %d bytes, which no file of its kind has. It is not read; remove it"
                .formatted(path(name), most));
      }
      return bytes;
    }
  }

  /** A file from its first byte on. */
  InputStream open(String name) throws IOException;

  /**
   * A file that is read here and there.
   *
   * @param length its bytes where they are known, else a negative number
   */
  SeekableInputStream seekable(String name, long length) throws IOException;

  /**
   * A file on a disk of this machine: itself, or a copy.
   *
   * @param copies the folder of copies
   */
  Path onDisk(String name, Path copies) throws IOException;

  /** The names in a folder from one on, sorted; {@code first} has no folder in front. */
  List<String> names(String folder, String first) throws IOException;

  /**
   * The files in a folder from a name on, sorted; those that vanish meanwhile are left out.
   *
   * @param first without the folder
   */
  Iterator<StoredFile> files(String folder, String first) throws IOException;

  /** The folders in a folder, sorted, without those in front; none if it is not there. */
  List<String> folders(String folder) throws IOException;

  /** Is shown the files of a table. */
  interface Visitor {
    void file(StoredFile file) throws IOException;

    /**
     * A file on its way, or one that a failure has left.
     *
     * @param file its name may be one that no file has
     * @param removal removes it
     */
    void unfinished(StoredFile file, Removal removal) throws IOException;
  }

  /** Removes something. */
  @FunctionalInterface
  interface Removal {
    void run() throws IOException;
  }

  /**
   * Shows the files below the table, and what is unfinished. Follows no link.
   *
   * @param folders which folders to look into, by name; the log never is, except for what is
   *     unfinished there
   */
  void walk(Predicate<String> folders, Visitor visitor) throws IOException;

  /** Removes a file, or a link but not what it leads to; nothing happens if there is none. */
  void delete(String name) throws IOException;

  /** {@link #delete} after a failure; a second failure joins the first. */
  default void discard(String name, Exception failure) {
    try {
      delete(name);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** A new file of any size. Its name must be one that nobody else makes. */
  NewFile create(String name) throws IOException;

  /**
   * Makes a file of some bytes appear, at once and whole.
   *
   * @param overwrite replace what bears the name; if false and the name is taken, nothing changes
   */
  void write(String name, byte[] content, boolean overwrite) throws IOException;

  /** A file that is read back before it appears. */
  StagedFile stage(String name) throws IOException;

  /**
   * Gives a sign of life: the file is there afterwards, and its time is now by the storage's clock.
   *
   * @param clock whose time it is where the storage has none of its own
   */
  void sign(String name, byte[] content, Clock clock) throws IOException;

  /**
   * Runs what nobody waits for, in order: here and now where that takes no time, on another thread
   * where each request is a trip over the network.
   */
  default Executor aside() {
    return Runnable::run;
  }

  /**
   * The clock by which {@link StoredFile#modified} is told, and moments that others read.
   *
   * @param machine the clock of this machine, where the storage has none of its own
   */
  default Clock clock(Clock machine) {
    return machine;
  }

  /** The storage of the folder that a link to the table leads to; this one if there is no link. */
  TableStorage real() throws IOException;

  /** The name of a file where it really is, if it is behind a link inside the table. */
  String realName(String name) throws IOException;
}
