package io.sluice.sandbox.ha;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.persistence.IntegerResourceVersion;
import org.apache.flink.runtime.persistence.PossibleInconsistentStateException;
import org.apache.flink.runtime.persistence.StateHandleStore;
import org.apache.flink.runtime.state.RetrievableStateHandle;

/**
 * A directory with one file per entry, the entry itself in serialized form.
 *
 * <p>The directory has one writer, the holder of the {@link DirectoryLock}. So there are neither
 * locks per entry (releasing one does nothing) nor versions (an entry that exists has version 0).
 *
 * @param <T> type of the entries
 */
final class FileStateHandleStore<T extends Serializable>
    implements StateHandleStore<T, IntegerResourceVersion> {

  private final Path directory;

  FileStateHandleStore(Path directory) {
    this.directory = directory;
  }

  @Override
  public synchronized RetrievableStateHandle<T> addAndLock(String name, T state) throws Exception {
    Path file = file(name);
    if (Files.exists(file)) {
      throw new AlreadyExistException("There is already a high-availability entry " + file);
    }
    byte[] content = DurableFiles.sealed(state);
    try {
      DurableFiles.publish(file, content);
    } catch (IOException e) {
      if (Files.exists(file)) {
        // Renamed, but perhaps not durable. The caller must not discard what the entry refers to.
        throw new PossibleInconsistentStateException("Not sure whether " + file + " is stored", e);
      }
      throw e;
    }
    return new FileStateHandle<>(file);
  }

  @Override
  public synchronized void replace(String name, IntegerResourceVersion version, T state)
      throws Exception {
    existing(name);
    byte[] content = DurableFiles.sealed(state);
    try {
      DurableFiles.publish(file(name), content);
    } catch (IOException e) {
      throw new PossibleInconsistentStateException(
          "Not sure whether " + file(name) + " holds its former or its new state", e);
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
    return new FileStateHandle<>(existing(name));
  }

  /** All entries, ordered by name. What is wrong with one shows when its state is retrieved. */
  @Override
  public List<Tuple2<RetrievableStateHandle<T>, String>> getAllAndLock() throws IOException {
    // The caller sorts the list, so it must be mutable.
    List<Tuple2<RetrievableStateHandle<T>, String>> handles = new ArrayList<>();
    for (String name : DurableFiles.list(directory)) {
      handles.add(Tuple2.of(new FileStateHandle<>(file(name)), name));
    }
    return handles;
  }

  @Override
  public Collection<String> getAllHandles() throws IOException {
    return DurableFiles.list(directory);
  }

  @Override
  public boolean releaseAndTryRemove(String name) throws IOException {
    DurableFiles.delete(file(name));
    return true;
  }

  @Override
  public void clearEntries() throws IOException {
    for (String name : DurableFiles.list(directory)) {
      DurableFiles.delete(file(name));
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

    FileStateHandle(Path file) {
      this.file = file.toString();
    }

    @Override
    public T retrieveState() throws IOException {
      return DurableFiles.readObject(Path.of(file));
    }

    @Override
    public void discardState() throws IOException {
      DurableFiles.delete(Path.of(file));
    }

    /** In bytes; 0 when the entry is gone. */
    @Override
    public long getStateSize() {
      return Path.of(file).toFile().length();
    }
  }
}
