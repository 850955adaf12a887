package io.sluice.connectors.delta;

import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableSummary;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;

/**
 * What follows the writers of a sink, outside of any job: the real aggregator and the real
 * committer. A savepoint holds the committable of its checkpoint, which is committed once more when
 * it is restored, as in a job.
 */
final class TestingCommits implements AutoCloseable {

  /**
   * What a savepoint holds of it.
   *
   * @param aggregator the aggregator's state
   * @param pending the serialised committable of this checkpoint; null for none
   */
  record Saved(OperatorSubtaskState aggregator, byte[] pending, long checkpoint)
      implements Serializable {}

  private final DeltaCommitter committer;
  private final DeltaCommittableSerializer serializer = new DeltaCommittableSerializer();
  private final OneInputStreamOperatorTestHarness<
          CommittableMessage<DeltaWriteResult>, CommittableMessage<DeltaCommittable>>
      aggregator;
  private DeltaCommittable last;
  private DeltaCommittable pending;
  private long checkpoint;

  /**
   * @param saved null to start without state
   */
  TestingCommits(
      String sinkId, Path table, TableLayout layout, DeltaCommitter committer, Saved saved)
      throws Exception {
    this.committer = committer;
    String path = table.toString();
    aggregator =
        new OneInputStreamOperatorTestHarness<>(
            new CommittableAggregator(
                sinkId,
                path,
                appId ->
                    new KernelTable(Path.of(path), layout, () -> {})
                        .createIfAbsent()
                        .current()
                        .transaction(appId)));
    if (saved != null) {
      checkpoint = saved.checkpoint();
      aggregator.setRestoredCheckpointId(checkpoint);
      aggregator.initializeState(saved.aggregator());
      pending =
          saved.pending() == null
              ? null
              : serializer.deserialize(serializer.getVersion(), saved.pending());
    }
    aggregator.open();
    last = pending;
    commit();
  }

  /**
   * Joins what was written before the barrier of a checkpoint.
   *
   * @param written one list of each writer
   */
  void barrier(long checkpointId, List<List<DeltaWriteResult>> written) throws Exception {
    checkpoint = checkpointId;
    for (int subtask = 0; subtask < written.size(); subtask++) {
      List<DeltaWriteResult> results = written.get(subtask);
      aggregator.processElement(
          new CommittableSummary<>(subtask, written.size(), checkpointId, results.size(), 0), 0);
      for (DeltaWriteResult result : results) {
        aggregator.processElement(new CommittableWithLineage<>(result, checkpointId, subtask), 0);
      }
    }
    aggregator.prepareSnapshotPreBarrier(checkpointId);
    pending = null;
    for (CommittableMessage<DeltaCommittable> message : aggregator.extractOutputValues()) {
      if (message instanceof CommittableWithLineage<DeltaCommittable> committable) {
        pending = committable.getCommittable();
        last = pending;
      }
    }
    aggregator.getOutput().clear();
  }

  Saved snapshot() throws Exception {
    byte[] waiting = pending == null ? null : serializer.serialize(pending);
    return new Saved(aggregator.snapshot(checkpoint, 0), waiting, checkpoint);
  }

  /** Commits the last checkpoint, if it changes anything. */
  void commit() throws IOException {
    if (pending != null) {
      TestingCommitRequest request = new TestingCommitRequest(pending, 0);
      committer.commit(List.of(request));
      if (request.retry) {
        throw new AssertionError("The checkpoint before " + pending + " is not in the table");
      }
      pending = null;
    }
  }

  /** What the index covers; after a restore, of the incarnation up to the restored checkpoint. */
  Lineage known() {
    return last.lineage().and(last.incarnation(), checkpoint);
  }

  long checkpoint() {
    return checkpoint;
  }

  @Override
  public void close() throws Exception {
    aggregator.close();
    committer.close();
  }
}
