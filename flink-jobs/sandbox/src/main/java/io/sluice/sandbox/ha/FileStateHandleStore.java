package io.sluice.sandbox.ha;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.persistence.IntegerResourceVersion;
import org.apache.flink.runtime.persistence.PossibleInconsistentStateException;
import org.apache.flink.runtime.persistence.RetrievableStateStorageHelper;
import org.apache.flink.runtime.persistence.StateHandleStore;
import org.apache.flink.runtime.state.RetrievableStateHandle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory with one file per entry: the entry itself in serialized form or, with an object
 * store, the serialized reference to its object there. Both have a checksum.
 *
 * <p>The directory has one writer, the holder of the {@link DirectoryLock}. So there are neither
 * locks per entry (releasing one does nothing) nor versions (an entry that exists has version 0).
 *
 * @param <T> type of the entries
 */
final class FileStateHandleStore<T extends Serializable>
    implements StateHandleStore<T, IntegerResourceVersion> {

  private static final Logger LOG = LoggerFactory.getLogger(FileStateHandleStore.class);

  private final Path directory;
  private final Optional<RetrievableStateStorageHelper<byte[]>> objects;

  FileStateHandleStore(Path directory, Optional<RetrievableStateStorageHelper<byte[]>> objects) {
    this.directory = directory;
    this.objects = objects;
  }

  @Override
  public synchronized RetrievableStateHandle<T> addAndLock(String name, T state) throws Exception {
    Path file = file(name);
    if (Files.exists(file)) {
      throw new AlreadyExistException("There is already a high-availability entry " + file);
    }
    Serializable content = content(state);
    try {
      DurableFiles.publish(file, DurableFiles.sealed(content));
    } catch (IOException e) {
      if (Files.exists(file)) {
        // Renamed, but perhaps not durable. The caller must not discard what the entry refers to.
        throw new PossibleInconsistentStateException("Not sure whether " + file + " is stored", e);
      }
      discardAfter(e, content);
      throw e;
    }
    return handle(file);
  }

  @Override
  public synchronized void replace(String name, IntegerResourceVersion version, T state)
      throws Exception {
    Path file = existing(name);
    Optional<RetrievableStateHandle<byte[]>> former = handle(file).referred();
    byte[] content = DurableFiles.sealed(content(state));
    try {
      DurableFiles.publish(file, content);
    } catch (IOException e) {
      throw new PossibleInconsistentStateException(
          "Not sure whether " + file + " holds its former or its new state", e);
    }
    if (former.isPresent()) {
      former.get().discardState();
    }
  }

  @Override
  public IntegerResourceVersion exists(String name) {
    return Files.exists(file(name))
        ? IntegerResourceVersion.valueOf(0)
        : IntegerResourceVersion.notExisting();
  }

  @Override
  public RetrievableStateHandle<T> getAndLock(String name) throws NotExistException {
    return handle(existing(name));
  }

  /** All entries, ordered by name. What is wrong with one shows when its state is retrieved. */
  @Override
  public List<Tuple2<RetrievableStateHandle<T>, String>> getAllAndLock() throws IOException {
    // The caller sorts the list, so it must be mutable.
    List<Tuple2<RetrievableStateHandle<T>, String>> handles = new ArrayList<>();
    for (String name : DurableFiles.list(directory)) {
      handles.add(Tuple2.of(handle(file(name)), name));
    }
    return handles;
  }

  @Override
  public Collection<String> getAllHandles() throws IOException {
    return DurableFiles.list(directory);
  }

  @Override
  public boolean releaseAndTryRemove(String name) throws Exception {
    handle(file(name)).discardState();
    return true;
  }

  @Override
  public void clearEntries() throws Exception {
    for (String name : DurableFiles.list(directory)) {
      handle(file(name)).discardState();
    }
  }

  @Override
  public void release(String name) {
    // One writer, no locks: see the class comment.
  }

  @Override
  public void releaseAll() {
    // One writer, no locks: see the class comment.
  }

  @Override
  public String toString() {
    return "FileStateHandleStore{" + directory + "}";
  }

  /**
   * Reads all entries.
   *
   * @throws IOException naming the first one that cannot be read
   */
  void requireReadable() throws IOException {
    for (String name : DurableFiles.list(directory)) {
      handle(file(name)).retrieveState();
    }
  }

  private Serializable content(T state) throws Exception {
    return objects.isPresent() ? objects.get().store(DurableFiles.sealed(state)) : state;
  }

  /** Removes the object of an entry whose file could not be written. */
  private static void discardAfter(IOException failure, Serializable content) {
    if (content instanceof RetrievableStateHandle<?> reference) {
      try {
        reference.discardState();
      } catch (Exception e) {
        failure.addSuppressed(e);
      }
    }
  }

  private FileStateHandle<T> handle(Path file) {
    return new FileStateHandle<>(file, objects.isPresent());
  }

  private Path file(String name) {
    return directory.resolve(name);
  }

  private Path existing(String name) throws NotExistException {
    Path file = file(name);
    if (!Files.exists(file)) {
      throw new NotExistException("There is no high-availability entry " + file);
    }
    return file;
  }

  /** Reads one entry when asked to. */
  private static final class FileStateHandle<T extends Serializable>
      implements RetrievableStateHandle<T> {

    private static final long serialVersionUID = 1L;

    /** A string, because a path is not serializable. */
    private final String file;

    private final boolean refers;

    FileStateHandle(Path file, boolean refers) {
      this.file = file.toString();
      this.refers = refers;
    }

    @Override
    public T retrieveState() throws IOException {
      Optional<RetrievableStateHandle<byte[]>> referred = referred();
      return referred.isPresent() ? object(referred.get()) : DurableFiles.readObject(Path.of(file));
    }

    /**
     * The file goes first: an object that nobody refers to does no harm. A file that cannot be read
     * goes, too, or an ended job could never be cleaned up.
     */
    @Override
    public void discardState() throws Exception {
      Optional<RetrievableStateHandle<byte[]>> referred = Optional.empty();
      try {
        referred = Files.exists(Path.of(file)) ? referred() : Optional.empty();
      } catch (IOException e) {
        LOG.warn("The object of {} stays in the store, if there is one: {}", file, e.getMessage());
      }
      DurableFiles.delete(Path.of(file));
      if (referred.isPresent()) {
        referred.get().discardState();
      }
    }

    /** In bytes; 0 when the entry is gone. */
    @Override
    public long getStateSize() {
      return Path.of(file).toFile().length();
    }

    @SuppressWarnings("unchecked")
    private Optional<RetrievableStateHandle<byte[]>> referred() throws IOException {
      if (!refers) {
        return Optional.empty();
      }
      Object content = DurableFiles.readObject(Path.of(file));
      if (content instanceof RetrievableStateHandle<?> reference) {
        return Optional.of((RetrievableStateHandle<byte[]>) reference);
      }
      throw new IOException(
          ("The high-availability entry %s is of an earlier build, which kept it on disk. Start that build, stop the job with a savepoint, and begin from that with this one; or move the entry away to go on without it.")
              .formatted(file));
    }

    private T object(RetrievableStateHandle<byte[]> reference) throws IOException {
      try {
        return DurableFiles.unsealed(reference.retrieveState());
      } catch (IOException | ClassNotFoundException | RuntimeException e) {
        throw new IOException(
            ("The high-availability entry %s refers to an object that cannot be read: %s. If the object store is away, start it first. If the object is gone or damaged, restore it from a copy, or move the entry away to go on without it.")
                .formatted(file, e),
            e);
      }
    }
  }
}
