package io.sluice.delta.storage;

import io.delta.kernel.defaults.engine.fileio.FileIO;
import io.delta.kernel.defaults.engine.fileio.InputFile;
import io.delta.kernel.defaults.engine.fileio.OutputFile;
import io.delta.kernel.defaults.engine.fileio.SeekableInputStream;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import org.apache.flink.annotation.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kernel's file access on a local file system, without Hadoop's: that one leaves checksum files
 * beside the data, never calls fsync, and publishes log entries by "exists, then rename", which two
 * processes can both win.
 */
@Internal
public final class LocalFileIO implements FileIO {

  private static final Logger LOGGER = LoggerFactory.getLogger(LocalFileIO.class);
  private static final String SCHEME = "file:";

  private final LocalStorage storage;

  /**
   * @param storage of the table whose files are read and written; nothing else is
   */
  public LocalFileIO(LocalStorage storage) {
    this.storage = storage;
  }

  private Path inside(String path) throws IOException {
    return storage.check(local(path));
  }

  public static Path local(String path) {
    return Path.of(path.startsWith(SCHEME) ? path.substring(SCHEME.length()) : path).normalize();
  }

  @Override
  public CloseableIterator<FileStatus> listFrom(String filePath) throws IOException {
    Path first = local(filePath);
    Path directory = first.getParent();
    String firstName = first.getFileName().toString();
    Optional<List<FileStatus>> probed = LogListing.probe(directory, firstName);
    if (probed.isPresent()) {
      return Iterators.closeable(probed.get().iterator());
    }
    List<Path> names = names(storage, directory, firstName);
    for (int again = 0; again < LogNames.LISTINGS && LogNames.areTorn(names); again++) {
      names = names(storage, directory, firstName);
    }
    LogListing.listed(directory, firstName, names);
    // One by one: whoever looks for old entries stops at the first that is not.
    return Iterators.closeable(
        names.stream()
            .filter(LocalFileIO::isShown)
            .map(this::ifPresent)
            .flatMap(Optional::stream)
            .iterator());
  }

  /**
   * A torn log checkpoint is not shown, so that readers use the log before it, nor a name with a
   * number that no version can have.
   */
  private static boolean isShown(Path name) {
    if (LogNames.isBeyond(name.getFileName().toString())) {
      LOGGER.warn("The file {} is of no version that there can be, and is passed over", name);
      return false;
    }
    try {
      return !LogNames.isCheckpoint(name) || CheckpointFile.tear(name).isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The names in a directory from one on, sorted. */
  static List<Path> names(LocalStorage storage, Path directory, String first) throws IOException {
    try {
      return storage.names(directory, first);
    } catch (NoSuchFileException e) {
      throw notFound(directory, e);
    }
  }

  /** A name may vanish between listing and reading it: temporary files and log cleanup. */
  private Optional<FileStatus> ifPresent(Path name) {
    if (LogNames.isChecksum(name)) {
      return Optional.of(nameOnly(name));
    }
    try {
      return Optional.of(status(storage, name));
    } catch (FileNotFoundException vanished) {
      if (LocalStorage.exists(name)) {
        throw new UncheckedIOException(vanished);
      }
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** For checksums: there is one for every version, and nobody asks for its size or age. */
  static FileStatus nameOnly(Path name) {
    return FileStatus.of(SCHEME + name);
  }

  @Override
  public FileStatus getFileStatus(String path) throws IOException {
    return status(storage, inside(path));
  }

  /** Of a file whose folder was checked. */
  public static FileStatus status(LocalStorage storage, Path path) throws IOException {
    try {
      BasicFileAttributes attributes = storage.attributesIn(path);
      return FileStatus.of(
          SCHEME + path, attributes.size(), attributes.lastModifiedTime().toMillis());
    } catch (NoSuchFileException e) {
      throw notFound(path, e);
    }
  }

  /** Kernel tells an absent table by this exception, not by that of java.nio. */
  static FileNotFoundException notFound(Path path, IOException cause) {
    FileNotFoundException failure = new FileNotFoundException(path.toString());
    failure.initCause(cause);
    return failure;
  }

  @Override
  public String resolvePath(String path) {
    return SCHEME + local(path);
  }

  @Override
  public boolean mkdirs(String path) throws IOException {
    storage.createFolder(local(path));
    return true;
  }

  @Override
  public InputFile newInputFile(String path, long fileSize) {
    Path file = local(path);
    return file.endsWith(CheckpointFile.LAST_CHECKPOINT)
        ? new LastCheckpointFile(storage, file)
        : new LocalInputFile(storage, file, fileSize);
  }

  /** A file that names no checkpoint is as good as none; Kernel would try it three times. */
  private static final class LastCheckpointFile extends LocalInputFile {
    private final Path file;

    LastCheckpointFile(LocalStorage storage, Path file) {
      super(storage, file, -1);
      this.file = file;
    }

    @Override
    public SeekableInputStream newStream() throws IOException {
      if (CheckpointFile.namesNone(file)) {
        throw new FileNotFoundException(file.toString());
      }
      return super.newStream();
    }
  }

  @Override
  public OutputFile newOutputFile(String path) {
    return new LocalOutputFile(storage, local(path));
  }

  @Override
  public boolean delete(String path) throws IOException {
    return storage.delete(local(path));
  }

  @Override
  public Optional<String> getConf(String confKey) {
    return Optional.empty();
  }

  @Override
  public void copyFileAtomically(String source, String target, boolean overwrite)
      throws IOException {
    DurableFile file = DurableFile.beside(inside(target));
    try {
      Files.copy(inside(source), file.temporary());
    } catch (IOException e) {
      file.discard(e);
      throw e;
    }
    file.publish(overwrite);
  }
}
