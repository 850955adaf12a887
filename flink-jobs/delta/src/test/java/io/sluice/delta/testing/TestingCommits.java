package io.sluice.delta.testing;

import io.sluice.delta.commit.CommittableAggregator;
import io.sluice.delta.commit.DeltaCommittable;
import io.sluice.delta.commit.DeltaCommittableSerializer;
import io.sluice.delta.commit.DeltaCommitter;
import io.sluice.delta.commit.DeltaWriteResult;
import io.sluice.delta.commit.Metering;
import io.sluice.delta.commit.SavedSink;
import io.sluice.delta.live.Lineage;
import io.sluice.delta.log.TableHead;
import io.sluice.delta.schema.TableLayout;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.DefaultOperatorStateBackend;
import org.apache.flink.runtime.state.DefaultOperatorStateBackendBuilder;
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
   * @param pending the serialised committables of this checkpoint
   */
  record Saved(OperatorSubtaskState aggregator, ArrayList<byte[]> pending, long checkpoint)
      implements Serializable {}

  private final String sinkId;
  private final DeltaCommitter committer;
  private final DeltaCommittableSerializer serializer = new DeltaCommittableSerializer();
  private final OneInputStreamOperatorTestHarness<
          CommittableMessage<DeltaWriteResult>, CommittableMessage<DeltaCommittable>>
      aggregator;
  private final List<DeltaCommittable> pending = new ArrayList<>();
  private DeltaCommittable last;
  private long checkpoint;

  /**
   * @param saved null to start without state
   */
  TestingCommits(
      String sinkId, Path table, TableLayout layout, DeltaCommitter committer, Saved saved)
      throws Exception {
    this.sinkId = sinkId;
    this.committer = committer;
    String path = TestingStorage.address(table);
    aggregator =
        new OneInputStreamOperatorTestHarness<>(
            new CommittableAggregator(
                sinkId,
                path,
                Metering.of(sinkId),
                () ->
                    new TableHead(TableStorage.of(path), layout, () -> {})
                        .createIfAbsent()
                        .current(),
                Clock.systemUTC()));
    if (saved != null) {
      checkpoint = saved.checkpoint();
      aggregator.setRestoredCheckpointId(checkpoint);
      aggregator.initializeState(saved.aggregator());
      for (byte[] committable : saved.pending()) {
        last = serializer.deserialize(serializer.getVersion(), committable);
        pending.add(last);
      }
    }
    aggregator.open();
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
    pending.clear();
    for (CommittableMessage<DeltaCommittable> message : aggregator.extractOutputValues()) {
      if (message instanceof CommittableWithLineage<DeltaCommittable> committable) {
        last = committable.getCommittable();
        pending.add(last);
      }
    }
    aggregator.getOutput().clear();
  }

  Saved snapshot() throws Exception {
    ArrayList<byte[]> waiting = new ArrayList<>();
    for (DeltaCommittable committable : pending) {
      waiting.add(serializer.serialize(committable));
    }
    return new Saved(aggregator.snapshot(checkpoint, 0), waiting, checkpoint);
  }

  /** Commits what the last checkpoint has brought, if anything. */
  void commit() throws IOException {
    if (pending.isEmpty()) {
      return;
    }
    List<TestingCommitRequest> requests =
        pending.stream().map(committable -> new TestingCommitRequest(committable, 0)).toList();
    committer.commit(List.copyOf(requests));
    for (TestingCommitRequest request : requests) {
      if (request.retry) {
        throw new AssertionError(
            "The checkpoint before " + request.getCommittable() + " is not in the table");
      }
    }
    pending.clear();
  }

  /** What the index covers; after a restore, of the incarnation up to the restored checkpoint. */
  Lineage known() {
    return last.lineage().and(last.incarnation(), checkpoint);
  }

  long checkpoint() {
    return checkpoint;
  }

  /** The sink as a savepoint of the last checkpoint knows it. */
  SavedSink savedSink() throws Exception {
    OperatorSubtaskState state = aggregator.snapshot(checkpoint, 0);
    try (CloseableRegistry streams = new CloseableRegistry()) {
      DefaultOperatorStateBackend restored =
          new DefaultOperatorStateBackendBuilder(
                  getClass().getClassLoader(),
                  new ExecutionConfig(),
                  false,
                  state.getManagedOperatorState(),
                  streams)
              .build();
      try {
        return SavedSink.read(sinkId, restored).orElseThrow();
      } finally {
        restored.dispose();
      }
    }
  }

  @Override
  public void close() throws Exception {
    aggregator.close();
    committer.close();
  }
}
