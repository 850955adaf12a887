package io.sluice.delta.commit;

import io.sluice.delta.log.LoadedTable;
import io.sluice.delta.log.TableState;
import io.sluice.delta.storage.QuietClose;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.sink2.Committer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes each committable one table version, in order, once. "Already committed" is the only thing
 * it skips; whatever else goes wrong fails the job, whose restart asks the table again.
 */
@Internal
public final class DeltaCommitter implements Committer<DeltaCommittable> {

  private static final Logger LOGGER = LoggerFactory.getLogger(DeltaCommitter.class);

  /** Below Flink's own limit (sink.committer.retries, 10), whose message would say nothing. */
  static final int MAX_PREDECESSOR_RETRIES = 8;

  private final String tablePath;
  private final CommitTable table;
  private final CommitMetrics metrics;
  private final Duration predecessorPause;

  public DeltaCommitter(
      String tablePath, CommitTable table, CommitMetrics metrics, Duration predecessorPause) {
    this.tablePath = tablePath;
    this.table = table;
    this.metrics = metrics;
    this.predecessorPause = predecessorPause;
  }

  @Override
  public void commit(Collection<CommitRequest<DeltaCommittable>> requests) throws IOException {
    metrics.began();
    boolean all = true;
    List<CommitRequest<DeltaCommittable>> ordered =
        requests.stream()
            .sorted(Comparator.comparingLong(request -> request.getCommittable().checkpointId()))
            .toList();
    for (Iterator<CommitRequest<DeltaCommittable>> next = ordered.iterator(); next.hasNext(); ) {
      CommitRequest<DeltaCommittable> request = next.next();
      checkTable(request.getCommittable());
      if (!commit(request)) {
        // Later checkpoints must not overtake this one.
        all = false;
        request.retryLater();
        next.forEachRemaining(CommitRequest::retryLater);
      }
    }
    if (all) {
      metrics.ended();
    }
    table.afterCommits();
    table.files().ifPresent(metrics::files);
  }

  private void checkTable(DeltaCommittable committable) {
    if (!committable.tablePath().equals(tablePath)) {
      throw new IllegalStateException(
          "The restored state holds "
              + committable
              + ", but this sink writes "
              + tablePath
              + ". Restore with the old table path first, or start without this state");
    }
  }

  /** Returns false when the committable must wait for its predecessor. */
  private boolean commit(CommitRequest<DeltaCommittable> request) throws IOException {
    DeltaCommittable committable = request.getCommittable();
    TableState state = table.current();
    for (int conflicts = 0; conflicts < LoadedTable.MAX_CONFLICTS; conflicts++) {
      CommitDecision decision = CommitDecision.of(state, committable);
      if (decision != CommitDecision.COMMIT && conflicts == 0) {
        state = table.refresh();
        decision = CommitDecision.of(state, committable);
      }
      switch (decision) {
        case ALREADY_COMMITTED -> {
          LOGGER.info("The table holds {} already", committable);
          request.signalAlreadyCommitted();
          return true;
        }
        case OTHER_RUN -> throw otherRun(committable, state);
        case PREDECESSOR_MISSING -> {
          awaitPredecessor(request, state);
          return false;
        }
        case FENCE_OVERLAP -> throw overlap(committable, state);
        case COMMIT -> {
          if (publish(committable)) {
            return true;
          }
          metrics.conflict();
          state = table.refresh();
        }
      }
    }
    throw new IOException(
        failure(committable, state)
            + "other writers took the next version "
            + LoadedTable.MAX_CONFLICTS
            + " times in a row. Stop or slow the other writers of this table");
  }

  private boolean publish(DeltaCommittable committable) throws IOException {
    long started = System.nanoTime();
    boolean published = table.tryCommit(committable, CommitDecision.transactions(committable));
    if (published) {
      metrics.committed(
          table.current().version(),
          committable.files(),
          Duration.ofNanos(System.nanoTime() - started));
    }
    return published;
  }

  /**
   * After a rescale the committable before this one may lie on another subtask, which commits it
   * any moment.
   */
  private void awaitPredecessor(CommitRequest<DeltaCommittable> request, TableState state)
      throws IOException {
    DeltaCommittable committable = request.getCommittable();
    if (request.getNumberOfRetries() >= MAX_PREDECESSOR_RETRIES) {
      throw new IOException(
          failure(committable, state)
              + "it must follow checkpoint "
              + committable.previousCheckpointId()
              + ", but the last one that the table holds of this incarnation is "
              + state.transaction(committable.appId()).orElse(DeltaCommittable.NO_PREVIOUS)
              + " (-1: none). The table was replaced or rolled back, a version of it was overwritten, or two jobs run"
              + " from one savepoint."
              + " Stop other jobs that write this table and start this one without state");
    }
    LockSupport.parkNanos(predecessorPause.toNanos());
  }

  private IOException overlap(DeltaCommittable committable, TableState state) {
    return new IOException(
        failure(committable, state)
            + "its rows reach from "
            + committable.positions()
            + ", but the table already holds positions "
            + Fence.positions(state)
            + ": another job has written the same input. Stop the other job and start this one without state");
  }

  private IOException otherRun(DeltaCommittable committable, TableState state) {
    return new IOException(
        failure(committable, state)
            + "its rows reach to "
            + committable.positions()
            + ", but the table, which already holds a checkpoint of this number, only holds positions "
            + Fence.positions(state)
            + ": that checkpoint is of another run from the same savepoint. Stop other jobs that write this"
            + " table and start this one without state");
  }

  private String failure(DeltaCommittable committable, TableState state) {
    return "Cannot commit " + committable + " after version " + state.version() + ": ";
  }

  @Override
  public void close() {
    QuietClose.all("the committer of a Delta table", table::close);
  }
}
