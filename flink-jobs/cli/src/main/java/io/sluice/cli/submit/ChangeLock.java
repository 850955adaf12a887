package io.sluice.cli.submit;

import io.sluice.cli.text.CommandFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * Keeps two commands from changing the same running pipeline. The operating system releases it with
 * the process; the empty file stays.
 */
public final class ChangeLock implements AutoCloseable {
  /** Of a pipeline that no command changes. */
  public static final ChangeLock NONE = new ChangeLock(Optional.empty());

  private final Optional<FileChannel> file;

  private ChangeLock(Optional<FileChannel> file) {
    this.file = file;
  }

  /**
   * Takes the lock.
   *
   * @param path of its file
   * @throws CommandFailure if another command has it
   */
  static ChangeLock take(Path path, String pipeline) throws IOException {
    Files.createDirectories(path.getParent());
    FileChannel file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    if (!isTaken(file)) {
      file.close();
      throw new CommandFailure(
          "Another command is changing %s right now: wait until it has ended.".formatted(pipeline));
    }
    return new ChangeLock(Optional.of(file));
  }

  private static boolean isTaken(FileChannel file) throws IOException {
    try {
      FileLock lock = file.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    if (file.isPresent()) {
      file.get().close();
    }
  }
}
