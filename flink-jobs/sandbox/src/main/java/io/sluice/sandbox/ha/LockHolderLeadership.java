package io.sluice.sandbox.ha;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.UUID;
import org.apache.flink.runtime.leaderelection.LeaderElectionDriver;
import org.apache.flink.runtime.leaderelection.LeaderInformation;

/**
 * No election: who holds the {@link DirectoryLock} leads, until its process ends.
 *
 * <p>Every start leads under a new session id. A TaskManager that outlived the former JobManager
 * sees the change and registers anew at once instead of waiting for a heartbeat timeout, and late
 * messages to the former JobManager are refused.
 */
final class LockHolderLeadership implements LeaderElectionDriver {

  private final Path leaders;
  private volatile boolean leading = true;

  private LockHolderLeadership(Path leaders) {
    this.leaders = leaders;
  }

  /**
   * Takes the lock, clears what a killed predecessor published, and leads.
   *
   * @throws IOException if another JobManager leads
   */
  static LockHolderLeadership begin(DirectoryLock lock, Path leaders, Listener listener)
      throws IOException {
    lock.acquire();
    DurableFiles.deleteTree(leaders);
    listener.onGrantLeadership(UUID.randomUUID());
    return new LockHolderLeadership(leaders);
  }

  @Override
  public boolean hasLeadership() {
    return leading;
  }

  @Override
  public void publishLeaderInformation(String component, LeaderInformation information) {
    try {
      new LeaderFile(leaders, component).write(information);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "The address of %s cannot be published in %s".formatted(component, leaders), e);
    }
  }

  @Override
  public void deleteLeaderInformation(String component) {
    publishLeaderInformation(component, LeaderInformation.empty());
  }

  /** The lock stays with the services until they are closed, to cover their clean-up. */
  @Override
  public void close() {
    leading = false;
  }

  @Override
  public String toString() {
    return "LockHolderLeadership{" + leaders + "}";
  }
}
