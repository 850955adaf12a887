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
import java.nio.file.NoSuchFileException;
import java.util.Iterator;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.StreamSupport;
import org.apache.flink.annotation.Internal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Kernel's file access in the storage of one table, without Hadoop's: on a disk, that one leaves
 * checksum files beside the data, never calls fsync, and publishes log entries by "exists, then
 * rename", which two processes can both win.
 */
@Internal
public final class TableFileIO implements FileIO {

  private static final Logger LOGGER = LoggerFactory.getLogger(TableFileIO.class);

  private final TableStorage storage;

  /**
   * @param storage of the table whose files are read and written; nothing else is
   */
  public TableFileIO(TableStorage storage) {
    this.storage = storage;
  }

  @Override
  public CloseableIterator<FileStatus> listFrom(String filePath) throws IOException {
    String first = storage.name(filePath);
    int slash = first.lastIndexOf('/');
    Iterator<StoredFile> files;
    try {
      files = storage.files(first.substring(0, Math.max(0, slash)), first.substring(slash + 1));
    } catch (NoSuchFileException e) {
      throw notFound(filePath, e);
    }
    return Iterators.closeable(
        StreamSupport.stream(Spliterators.spliteratorUnknownSize(files, Spliterator.ORDERED), false)
            .filter(this::isShown)
            .map(file -> status(storage, file))
            .iterator());
  }

  /**
   * A torn log checkpoint is not shown, so that readers use the log before it, nor a name with a
   * number that no version can have.
   */
  private boolean isShown(StoredFile file) {
    String name = file.name();
    if (LogNames.isBeyond(name)) {
      LOGGER.warn(
          "The file {} is of no version that there can be, and is passed over", storage.path(name));
      return false;
    }
    try {
      return !LogNames.isCheckpoint(name) || CheckpointFile.tear(storage, file).isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public FileStatus getFileStatus(String path) throws IOException {
    return status(storage, storage.name(path));
  }

  /**
   * A file as Kernel sees it.
   *
   * @throws FileNotFoundException if there is none: by that Kernel tells an absent table
   */
  public static FileStatus status(TableStorage storage, String name) throws IOException {
    try {
      return status(storage, storage.status(name));
    } catch (NoSuchFileException e) {
      throw notFound(storage.path(name), e);
    }
  }

  private static FileStatus status(TableStorage storage, StoredFile file) {
    return FileStatus.of(storage.uri(file.name()), file.size(), file.modified());
  }

  static FileNotFoundException notFound(String path, IOException cause) {
    FileNotFoundException failure = new FileNotFoundException(path);
    failure.initCause(cause);
    return failure;
  }

  @Override
  public String resolvePath(String path) {
    try {
      return storage.uri(storage.name(path));
    } catch (OutsideTableException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Folders are made with the files in them. */
  @Override
  public boolean mkdirs(String path) {
    return true;
  }

  @Override
  public InputFile newInputFile(String path, long fileSize) {
    String name = nameOf(path);
    return name.equals(CheckpointFile.LAST_CHECKPOINT)
        ? new LastCheckpointFile(storage)
        : new TableInputFile(storage, name, fileSize);
  }

  private String nameOf(String path) {
    try {
      return storage.name(path);
    } catch (OutsideTableException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file that names no checkpoint is as good as none; Kernel would try it three times. */
  private static final class LastCheckpointFile extends TableInputFile {
    private final TableStorage storage;

    LastCheckpointFile(TableStorage storage) {
      super(storage, CheckpointFile.LAST_CHECKPOINT, -1);
      this.storage = storage;
    }

    @Override
    public SeekableInputStream newStream() throws IOException {
      if (CheckpointFile.namesNone(storage)) {
        throw new FileNotFoundException(path());
      }
      return super.newStream();
    }
  }

  @Override
  public OutputFile newOutputFile(String path) {
    return new TableOutputFile(storage, nameOf(path));
  }

  @Override
  public boolean delete(String path) throws IOException {
    String name = storage.name(path);
    boolean there = storage.exists(name);
    storage.delete(name);
    return there;
  }

  @Override
  public Optional<String> getConf(String confKey) {
    return Optional.empty();
  }

  /** Of small files: catalogs' staged log entries. */
  @Override
  public void copyFileAtomically(String source, String target, boolean overwrite)
      throws IOException {
    byte[] content = storage.read(storage.name(source), Integer.MAX_VALUE - 8);
    storage.write(storage.name(target), content, overwrite);
  }
}
