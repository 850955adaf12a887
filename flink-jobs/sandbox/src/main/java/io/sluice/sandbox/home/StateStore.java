package io.sluice.sandbox.home;

import io.sluice.sandbox.process.SandboxException;
import io.sluice.sandbox.process.Sentences;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * The state of a home while launchers and revivers change it. Each change reads the file, and is in
 * it when it returns; a lock that the operating system frees with the process keeps the others away
 * for that moment.
 */
public final class StateStore {

  /** Locks of files are between processes, not between threads. */
  private static final ReentrantLock ONE_THREAD = new ReentrantLock();

  private final SandboxHome home;
  private final SandboxOptions options;

  /**
   * @param options those of a home in which nothing was ever started
   */
  public StateStore(SandboxHome home, SandboxOptions options) {
    this.home = home;
    this.options = options;
  }

  public SandboxHome home() {
    return home;
  }

  public SandboxState current() {
    return SandboxState.read(home).orElseGet(() -> SandboxState.empty(options));
  }

  public void change(UnaryOperator<SandboxState> change) {
    exclusively(() -> change.apply(current()).write(home));
  }

  /**
   * Does something during which the state and the processes it names are changed by nobody else.
   */
  public void exclusively(Runnable action) {
    ONE_THREAD.lock();
    try {
      if (ONE_THREAD.getHoldCount() > 1) {
        action.run();
      } else {
        locked(action);
      }
    } finally {
      ONE_THREAD.unlock();
    }
  }

  private void locked(Runnable action) {
    try (FileChannel channel =
            FileChannel.open(
                home.stateLockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (lock.isValid()) {
        action.run();
      }
    } catch (IOException e) {
      throw new SandboxException(
          "The file %s cannot be locked: %s.".formatted(home.stateLockFile(), Sentences.reason(e)),
          e);
    }
  }
}
