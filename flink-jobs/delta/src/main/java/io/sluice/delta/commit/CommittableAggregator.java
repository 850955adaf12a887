package io.sluice.delta.commit;

import io.sluice.delta.live.Lineage;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.log.TableState;
import io.sluice.delta.schema.NewColumns;
import io.sluice.delta.storage.CommitPause;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.io.Serializable;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.core.io.SimpleVersionedSerialization;
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
 *
 * <p>While the table is paused, it keeps the committables in its state: Flink's committer cannot
 * keep them without blocking the job. They follow in order with the first checkpoint afterwards.
 */
@Internal
public final class CommittableAggregator
    extends AbstractStreamOperator<CommittableMessage<DeltaCommittable>>
    implements OneInputStreamOperator<
            CommittableMessage<DeltaWriteResult>, CommittableMessage<DeltaCommittable>>,
        BoundedOneInput {

  private static final Logger LOGGER = LoggerFactory.getLogger(CommittableAggregator.class);
  private static final long serialVersionUID = 1L;

  /** Behind the uid of the sink, the uid of this operator in a job. */
  public static final String UID = "delta-aggregator";

  /** The sink's identity in the state. */
  static final ListStateDescriptor<String> IDENTITY =
      new ListStateDescriptor<>("delta-incarnation", StringSerializer.INSTANCE);

  /** Finds what a table holds of a sink's incarnations. */
  @FunctionalInterface
  public interface CommittedCheckpoints extends Serializable {
    TableState now() throws IOException;
  }

  private final String sinkId;
  private final String tablePath;
  private final Metering metering;
  private final CommittedCheckpoints committed;
  private final Clock clock;

  private transient ListState<String> stored;
  private transient ListState<byte[]> storedKept;
  private transient List<DeltaCommittable> kept;

  /** Since when some are kept; null if none are. */
  private transient Instant keptSince;

  private transient IncarnationState identity;
  private transient List<DeltaFile> files;
  private transient Map<String, PositionRange> positions;
  private transient Retractions retractions;
  private transient NewColumns newColumns;
  private transient List<Long> learned;
  private transient int writers;
  private transient boolean upsert;
  private transient long lastCheckpointId;

  /** The rows of checkpoints that were emitted or are kept, until the last of them is complete. */
  private transient WaitingRows waiting;

  private transient long lastEmitted;

  /**
   * @param clock serialisable; tells whether a pause is over
   */
  public CommittableAggregator(
      String sinkId,
      String tablePath,
      Metering metering,
      CommittedCheckpoints committed,
      Clock clock) {
    this.metering = metering;
    this.clock = clock;
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
    stored = context.getOperatorStateStore().getListState(IDENTITY);
    Iterator<String> restored = stored.get().iterator();
    identity =
        restored.hasNext()
            ? resume(IncarnationState.decode(restored.next()), lastCheckpointId)
            : IncarnationState.mint();
    storedKept =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>("delta-kept", BytePrimitiveArraySerializer.INSTANCE));
    kept = new ArrayList<>();
    for (byte[] committable : storedKept.get()) {
      kept.add(
          SimpleVersionedSerialization.readVersionAndDeSerialize(
              new DeltaCommittableSerializer(), committable));
    }
    keptSince = kept.isEmpty() ? null : clock.instant();
    waiting = metering.waiting(getMetricGroup(), clock);
    if (!kept.isEmpty()) {
      waiting.began();
    }
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
    String appId = DeltaCommittable.appId(sinkId, restored.incarnation());
    TableState table = committed.now();
    refuseRowsTakenBack(table.transaction(SavedSink.limitOf(appId)), restoredCheckpoint);
    OptionalLong last = table.transaction(appId);
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

  /** The source would go on behind rows that the table had, and has no more. */
  private void refuseRowsTakenBack(OptionalLong limit, long restoredCheckpoint) {
    if (limit.isPresent() && restoredCheckpoint > limit.getAsLong()) {
      throw new IllegalStateException(
          "The table %s was rewound to %s, and the sink %s is restored to checkpoint %d, which is newer: rows between them would be missing. Rewind the tables to this state, or start from the one they were rewound to"
              .formatted(
                  tablePath,
                  limit.getAsLong() < 0
                      ? "a time before this life of its sink"
                      : "checkpoint " + limit.getAsLong(),
                  sinkId,
                  restoredCheckpoint));
    }
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
      upsert = message.getCommittable().learned() != Lineage.NO_INDEX;
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
  public void prepareSnapshotPreBarrier(long checkpointId) throws IOException {
    join(checkpointId);
    if (!kept.isEmpty() && !isPaused()) {
      emit(checkpointId);
    }
    lastCheckpointId = checkpointId;
  }

  /**
   * Like Flink's own writer operator: what is left belongs to the checkpoint after the last one. No
   * pause holds up the end of a job: nobody would commit afterwards.
   */
  @Override
  public void endInput() {
    join(lastCheckpointId + 1);
    if (!kept.isEmpty()) {
      emit(lastCheckpointId + 1);
    }
  }

  /** Whether to keep what there is; at most for so long, whatever is asked for. */
  private boolean isPaused() throws IOException {
    Instant now = clock.instant();
    TableStorage table = TableStorage.of(tablePath);
    Optional<Instant> until = CommitPause.until(table, table.clock(clock).instant());
    if (until.isEmpty()) {
      return false;
    }
    if (keptSince == null) {
      keptSince = now;
      LOGGER.info(
          "Sink {} keeps what it would commit to {} until {}: a pause was asked for",
          sinkId,
          tablePath,
          until.get());
    }
    return now.isBefore(keptSince.plus(CommitPause.LONGEST));
  }

  private void emit(long checkpointId) {
    output.collect(
        new StreamRecord<>(new CommittableSummary<>(0, 1, checkpointId, kept.size(), 0)));
    for (DeltaCommittable committable : kept) {
      output.collect(
          new StreamRecord<>(new CommittableWithLineage<>(committable, checkpointId, 0)));
    }
    if (keptSince != null) {
      LOGGER.info(
          "Sink {} commits {} checkpoints to {} that it kept during a pause",
          sinkId,
          kept.size(),
          tablePath);
    }
    kept.clear();
    keptSince = null;
    lastEmitted = checkpointId;
  }

  private void join(long checkpointId) {
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
    kept.add(committable);
    waiting.began();
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
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    super.notifyCheckpointComplete(checkpointId);
    if (kept.isEmpty() && checkpointId >= lastEmitted) {
      waiting.ended();
    }
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    stored.update(List.of(identity.encode()));
    List<byte[]> serialized = new ArrayList<>();
    for (DeltaCommittable committable : kept) {
      serialized.add(
          SimpleVersionedSerialization.writeVersionAndSerialize(
              new DeltaCommittableSerializer(), committable));
    }
    storedKept.update(serialized);
  }
}
