package io.sluice.sandbox.ha;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The right to be the one JobManager of a high-availability directory: an operating-system lock on
 * a file in it, which ends with the process, however that ends.
 */
final class DirectoryLock implements AutoCloseable {

  /**
   * The locks of this process. Asked first, because on Linux merely closing a second channel on the
   * file would drop the lock that the first one holds.
   */
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path directory;
  private Path file;
  private FileChannel channel;

  DirectoryLock(Path directory) {
    this.directory = directory;
  }

  /**
   * Takes the lock; does nothing if this object has it already.
   *
   * @throws IOException naming the holder if another JobManager has it
   */
  synchronized void acquire() throws IOException {
    if (channel != null) {
      return;
    }
    DurableFiles.createDirectories(directory);
    Path candidate = directory.toRealPath().resolve("lock");
    if (!HELD_HERE.add(candidate)) {
      throw taken("this process");
    }
    FileChannel opened = null;
    try {
      opened = FileChannel.open(candidate, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (opened.tryLock() == null) {
        throw taken("process " + Files.readString(candidate).strip());
      }
      opened.truncate(0);
      opened.write(ByteBuffer.wrap(ownPid().getBytes(StandardCharsets.US_ASCII)));
      channel = opened;
      file = candidate;
    } finally {
      if (channel == null) {
        HELD_HERE.remove(candidate);
        if (opened != null) {
          opened.close();
        }
      }
    }
  }

  synchronized boolean isHeld() {
    return channel != null;
  }

  /** Gives the lock back. The file stays: deleting it would let two processes lock two files. */
  @Override
  public synchronized void close() throws IOException {
    if (channel != null) {
      channel.close();
      channel = null;
      HELD_HERE.remove(file);
    }
  }

  private static String ownPid() {
    return Long.toString(ProcessHandle.current().pid());
  }

  private IOException taken(String holder) {
    return new IOException(
        ("The high-availability directory %s belongs to a running JobManager (%s); two at once"
                + " would corrupt each other's jobs. Stop that one first, or give this cluster"
                + " another high-availability.cluster-id or high-availability.storageDir.")
            .formatted(directory, holder));
  }
}
