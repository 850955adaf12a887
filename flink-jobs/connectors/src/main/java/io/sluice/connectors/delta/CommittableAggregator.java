package io.sluice.connectors.delta;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableSummary;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins what all writers add in a checkpoint into one committable, so that a checkpoint is one
 * table version. Runs once per sink. It is also where the sink's identity lives: the incarnation
 * and the last checkpoint that was emitted.
 */
final class CommittableAggregator
    extends AbstractStreamOperator<CommittableMessage<DeltaCommittable>>
    implements OneInputStreamOperator<
            CommittableMessage<DeltaWriteResult>, CommittableMessage<DeltaCommittable>>,
        BoundedOneInput {

  private static final Logger LOGGER = LoggerFactory.getLogger(CommittableAggregator.class);
  private static final long serialVersionUID = 1L;

  /** Finds the last checkpoint that a table holds of a sink's incarnation. */
  @FunctionalInterface
  interface CommittedCheckpoints extends Serializable {
    OptionalLong last(String appId) throws IOException;
  }

  private final String sinkId;
  private final String tablePath;
  private final CommittedCheckpoints committed;

  private transient ListState<String> stored;
  private transient IncarnationState identity;
  private transient List<DeltaFile> files;
  private transient Map<String, PositionRange> positions;
  private transient Retractions retractions;
  private transient NewColumns newColumns;
  private transient List<Long> learned;
  private transient int writers;
  private transient boolean upsert;
  private transient long lastCheckpointId;

  CommittableAggregator(String sinkId, String tablePath, CommittedCheckpoints committed) {
    this.sinkId = sinkId;
    this.tablePath = tablePath;
    this.committed = committed;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    requireAlone();
    files = new ArrayList<>();
    positions = new HashMap<>();
    retractions = Retractions.NONE;
    newColumns = NewColumns.NONE;
    learned = new ArrayList<>();
    lastCheckpointId = context.getRestoredCheckpointId().orElse(0);
    stored =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>("delta-incarnation", StringSerializer.INSTANCE));
    Iterator<String> restored = stored.get().iterator();
    identity =
        restored.hasNext()
            ? resume(IncarnationState.decode(restored.next()), lastCheckpointId)
            : IncarnationState.mint();
    LOGGER.info("Sink {} writes {} as incarnation {}", sinkId, tablePath, identity.incarnation());
  }

  /** Two of them would each make a version of their own, under the same checkpoint. */
  private void requireAlone() {
    int subtasks = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
    if (subtasks != 1) {
      throw new IllegalStateException(
          "The sink %s of %s was started for one subtask and now has %d aggregators, which must be one: a running job cannot be rescaled so; stop it with a savepoint and start it from there with the parallelism that you want"
              .formatted(sinkId, tablePath, subtasks));
    }
  }

  /**
   * Checkpoint ids after a rewind repeat ids that are in the table already. Under the old
   * incarnation they would be taken for committed and their rows lost.
   */
  private IncarnationState resume(IncarnationState restored, long restoredCheckpoint)
      throws IOException {
    OptionalLong last = committed.last(DeltaCommittable.appId(sinkId, restored.incarnation()));
    if (last.isEmpty() || last.getAsLong() <= restoredCheckpoint) {
      return restored;
    }
    IncarnationState fresh = restored.succeededAt(restoredCheckpoint);
    LOGGER.warn(
        "Sink {} is restored to checkpoint {}, but table {} already holds checkpoint {} of it:"
            + " the state was rewound. New incarnation {} instead of {}",
        sinkId,
        restoredCheckpoint,
        tablePath,
        last.getAsLong(),
        fresh.incarnation(),
        restored.incarnation());
    return fresh;
  }

  @Override
  public void processElement(StreamRecord<CommittableMessage<DeltaWriteResult>> element) {
    if (element.getValue() instanceof CommittableWithLineage<DeltaWriteResult> message) {
      files.addAll(message.getCommittable().files());
      message
          .getCommittable()
          .positions()
          .forEach((group, range) -> positions.merge(group, range, PositionRange::merge));
      retractions = retractions.and(message.getCommittable().retractions());
      newColumns = newColumns.and(message.getCommittable().newColumns(), tablePath);
      upsert = message.getCommittable().learned() != DeltaWriteResult.NO_INDEX;
      if (message.getCommittable().learned() >= 0) {
        learned.add(message.getCommittable().learned());
      }
    }
    if (element.getValue() instanceof CommittableSummary<DeltaWriteResult> summary) {
      writers = summary.getNumberOfSubtasks();
      lastCheckpointId = Math.max(lastCheckpointId, summary.getCheckpointIdOrEOI() - 1);
    }
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    emit(checkpointId);
    lastCheckpointId = checkpointId;
  }

  /**
   * Like Flink's own writer operator: what is left belongs to the checkpoint after the last one.
   */
  @Override
  public void endInput() {
    emit(lastCheckpointId + 1);
  }

  private void emit(long checkpointId) {
    takeIn();
    if (files.isEmpty() && retractions.isEmpty()) {
      return;
    }
    DeltaCommittable committable =
        new DeltaCommittable(
            sinkId,
            tablePath,
            identity.incarnation(),
            checkpointId,
            identity.lastEmitted(),
            files,
            positions,
            retractions,
            upsert ? identity.lineage() : Lineage.OF_AN_APPEND,
            newColumns);
    output.collect(new StreamRecord<>(new CommittableSummary<>(0, 1, checkpointId, 1, 0)));
    output.collect(new StreamRecord<>(new CommittableWithLineage<>(committable, checkpointId, 0)));
    identity = identity.emitted(checkpointId);
    files.clear();
    positions.clear();
    retractions = Retractions.NONE;
    newColumns = NewColumns.NONE;
  }

  /** Every writer has told, before its first barrier, which version its part of the index knows. */
  private void takeIn() {
    if (!learned.isEmpty() && learned.size() == writers) {
      identity = identity.learned(Collections.min(learned));
    }
    learned.clear();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    stored.update(List.of(identity.encode()));
  }
}
