package io.sluice.delta.commit;

import io.sluice.delta.live.FileCount;
import io.sluice.delta.log.TableState;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/** The little that a committer needs of a Delta table. */
@Internal
public interface CommitTable extends AutoCloseable {

  /** The last known state; other writers may have moved on. */
  TableState current() throws IOException;

  /** The state as it is now. */
  TableState refresh() throws IOException;

  /**
   * Publishes the version after {@link #current()}, or nothing.
   *
   * @param committable its files become visible
   * @param transactions application id to version: the {@code txn} actions of the same version
   * @return false when another writer took that version: look again and decide anew
   * @throws IOException if it is not certain whether the version was published
   */
  boolean tryCommit(DeltaCommittable committable, Map<String, Long> transactions)
      throws IOException;

  /** All that was at hand is committed: now is the time for what may wait. Never fails the job. */
  default void afterCommits() throws IOException {}

  /** How many files it has, as of the last commit; empty while it is not known. */
  default Optional<FileCount> files() {
    return Optional.empty();
  }

  @Override
  default void close() throws IOException {}
}
