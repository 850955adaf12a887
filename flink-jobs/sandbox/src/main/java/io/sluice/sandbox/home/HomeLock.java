package io.sluice.sandbox.home;

import io.sluice.sandbox.process.SandboxException;
import io.sluice.sandbox.process.Sentences;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.StandardOpenOption;

/**
 * Keeps two launchers from acting on one home at once. The operating system frees it with the
 * process.
 */
public final class HomeLock implements AutoCloseable {

  private final FileChannel channel;

  private HomeLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Takes the lock.
   *
   * @throws SandboxException if another launcher holds it
   */
  public static HomeLock take(SandboxHome home) {
    FileChannel channel = null;
    try {
      channel =
          FileChannel.open(home.lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return new HomeLock(channel);
      }
      channel.close();
    } catch (OverlappingFileLockException heldByThisProcess) {
      close(channel);
    } catch (IOException e) {
      throw new SandboxException(
          "The folder %s cannot be locked (%s): choose another with --home DIR."
              .formatted(home.root(), Sentences.reason(e)),
          e);
    }
    throw new SandboxException(
        "Another launcher is starting or stopping the servers of %s: wait until it is done or choose another place with --home DIR."
            .formatted(home.root()));
  }

  /** Fails if the lock was given back already. */
  public void requireHeld() {
    if (!channel.isOpen()) {
      throw new IllegalStateException("the lock is not held");
    }
  }

  @Override
  public void close() {
    close(channel);
  }

  private static void close(FileChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      throw new SandboxException("A lock cannot be given back: " + e.getMessage() + ".", e);
    }
  }
}
