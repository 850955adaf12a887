package io.sluice.job;

import io.sluice.definition.edit.EditRefusedException;
import io.sluice.definition.edit.Edits;
import io.sluice.definition.edit.KeptDefinition;
import io.sluice.definition.model.Pipeline;
import io.sluice.delta.commit.SavedSink;
import io.sluice.runtime.ledger.DefinitionGuard;
import io.sluice.runtime.stage.EventTimeOperator;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.apache.flink.api.common.ExecutionConfig;
import org.apache.flink.core.fs.CloseableRegistry;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.OperatorState;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.apache.flink.runtime.jobgraph.OperatorID;
import org.apache.flink.runtime.state.CompletedCheckpointStorageLocation;
import org.apache.flink.runtime.state.DefaultOperatorStateBackend;
import org.apache.flink.runtime.state.DefaultOperatorStateBackendBuilder;
import org.apache.flink.runtime.state.KeyGroupRange;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.runtime.state.OperatorStateHandle;
import org.apache.flink.runtime.state.changelog.ChangelogStateBackendHandle;
import org.apache.flink.runtime.state.filesystem.AbstractFsCheckpointStorageAccess;
import org.apache.flink.streaming.api.graph.StreamGraphHasherV2;

/**
 * What a savepoint or retained checkpoint says about the pipeline that it was made for. Only its
 * metadata and a few small operator states are read, whatever the size of the rest.
 */
public final class SavedState {
  /** In the place of a life of a sink that the state does not know. */
  private static final String NO_LIFE = "none";

  private final long checkpoint;
  private final Map<OperatorID, OperatorState> operators;

  SavedState(long checkpoint, Collection<OperatorState> operators) {
    this.checkpoint = checkpoint;
    this.operators =
        operators.stream().collect(Collectors.toMap(OperatorState::getOperatorID, state -> state));
  }

  /**
   * Reads a savepoint's metadata.
   *
   * @param path its folder, or the metadata file in it
   * @throws IOException if there is none, or it cannot be read
   */
  public static SavedState read(String path) throws IOException {
    CompletedCheckpointStorageLocation location =
        AbstractFsCheckpointStorageAccess.resolveCheckpointPointer(path);
    try (DataInputStream metadata =
        new DataInputStream(location.getMetadataHandle().openInputStream())) {
      CheckpointMetadata read =
          Checkpoints.loadCheckpointMetadata(
              metadata, SavedState.class.getClassLoader(), location.getExternalPointer());
      return new SavedState(read.getCheckpointId(), read.getOperatorStates());
    }
  }

  /**
   * What becomes of a pipeline that goes on from here.
   *
   * @param restart views that begin anew in any case
   * @throws io.sluice.definition.edit.EditRefusedException if the state does not fit it
   */
  public Edits edits(Pipeline pipeline, Collection<String> restart) throws IOException {
    refuseOtherRanges(pipeline);
    Optional<KeptDefinition> before = definition(pipeline);
    return before.isEmpty()
        ? unknown(pipeline, restart)
        : Edits.between(before.get(), pipeline, restart, newest(pipeline));
  }

  /**
   * Whether another number of tasks can go on from here. After a job was given more tasks, each of
   * them keeps the files of the one before until it has written its own, which Flink's changelog
   * does at its own time. Divided again in between, older files would be read over newer ones
   * (Flink 2.2.1). Savepoints have no such files.
   */
  public boolean isDivisible() {
    return operators.values().stream()
        .flatMap(operator -> operator.getStates().stream())
        .flatMap(subtask -> subtask.getManagedKeyedState().stream())
        .allMatch(SavedState::hasItsOwnFiles);
  }

  /**
   * Lets a number of tasks go on from here.
   *
   * @throws EditRefusedException if it is another one, and the state cannot be divided yet
   */
  void requireDivisible(int parallelism) {
    int saved =
        operators.values().stream()
            .mapToInt(OperatorState::getParallelism)
            .max()
            .orElse(parallelism);
    if (saved != parallelism && !isDivisible()) {
      throw new EditRefusedException(
          List.of(
              "the checkpoint was taken on %d parallel tasks that had not all written their own state yet, so that %d cannot go on from it: start on %d and scale the running job, or start from a savepoint"
                  .formatted(saved, parallelism, saved)));
    }
  }

  /** Whether the files of a task hold its keys only, and each key once. */
  static boolean hasItsOwnFiles(KeyedStateHandle task) {
    if (!(task instanceof ChangelogStateBackendHandle changelog)) {
      return true;
    }
    int keys = 0;
    for (KeyedStateHandle files : changelog.getMaterializedStateHandles()) {
      KeyGroupRange range = files.getKeyGroupRange();
      if (!task.getKeyGroupRange().getIntersection(range).equals(range)) {
        return false;
      }
      keys += range.getNumberOfKeyGroups();
    }
    return keys <= task.getKeyGroupRange().getNumberOfKeyGroups();
  }

  /**
   * Flink would find it out when the job starts. The largest number is the job's: operators that
   * cannot be parallel have one.
   */
  private void refuseOtherRanges(Pipeline pipeline) {
    int saved =
        operators.values().stream().mapToInt(OperatorState::getMaxParallelism).max().orElse(0);
    int wanted = pipeline.run().maxParallelism();
    if (saved > 0 && saved != wanted) {
      throw new EditRefusedException(
          List.of(
              "run.maxParallelism is %d, and the state is divided into %d ranges, which cannot change: set it to %d, or start without a savepoint"
                  .formatted(wanted, saved, saved)));
    }
  }

  /** State of a version that kept no definition is taken as it is, as that version did. */
  private Edits unknown(Pipeline pipeline, Collection<String> restart) throws IOException {
    Edits first = Edits.none(pipeline);
    return restart.isEmpty()
        ? new Edits(
            pipeline,
            first.definition(),
            first.from(),
            first.begun(),
            false,
            List.of(
                "the savepoint does not say which definition it was made for: the pipeline must be the same"),
            Map.of())
        : Edits.between(first.definition(), pipeline, restart, newest(pipeline));
  }

  /** Every dataset keeps the whole definition; one that the pipeline still has is enough. */
  private Optional<KeptDefinition> definition(Pipeline pipeline) throws IOException {
    for (String dataset : pipeline.sources().keySet()) {
      List<String> lines =
          read(Uids.LEDGER_ROWS + dataset, DefinitionGuard::definition).orElse(List.of());
      if (!lines.isEmpty()) {
        return Optional.of(KeptDefinition.parse(lines));
      }
    }
    return Optional.empty();
  }

  private Map<String, Long> newest(Pipeline pipeline) throws IOException {
    Map<String, Long> newest = new HashMap<>();
    for (String dataset : pipeline.sources().keySet()) {
      read(Uids.EVENT_TIME + dataset, EventTimeOperator::newestEventTime)
          .orElse(OptionalLong.empty())
          .ifPresent(time -> newest.put(dataset, time));
    }
    return newest;
  }

  /**
   * What the state knows of the tables of a pipeline. A table that the pipeline did not have then
   * has sinks that had committed nothing.
   *
   * @return empty if it knows none of them: it is the state of something else
   */
  public Optional<SavedTables> tables(Pipeline pipeline) throws IOException {
    boolean any = false;
    Map<String, List<SavedSink>> sinks = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> table : SavedTables.uids(pipeline).entrySet()) {
      List<SavedSink> own = new ArrayList<>();
      for (String uid : table.getValue()) {
        String id = TableOwner.sinkId(pipeline.name(), uid);
        Optional<SavedSink> sink =
            read(SavedSink.operatorUid(uid), state -> SavedSink.read(id, state))
                .flatMap(found -> found);
        any |= sink.isPresent();
        own.add(sink.orElse(new SavedSink(id, NO_LIFE, -1)));
      }
      sinks.put(table.getKey(), own);
    }
    return any ? Optional.of(new SavedTables(checkpoint, sinks)) : Optional.empty();
  }

  private interface Reading<T> {
    T from(DefaultOperatorStateBackend state) throws Exception;
  }

  /** The operator state of all subtasks of one operator; empty if the savepoint lacks it. */
  private <T> Optional<T> read(String uid, Reading<T> reading) throws IOException {
    OperatorState operator =
        operators.get(new OperatorID(StreamGraphHasherV2.generateUserSpecifiedHash(uid)));
    if (operator == null) {
      return Optional.empty();
    }
    List<OperatorStateHandle> handles =
        operator.getStates().stream()
            .flatMap(subtask -> subtask.getManagedOperatorState().stream())
            .toList();
    try (CloseableRegistry streams = new CloseableRegistry()) {
      DefaultOperatorStateBackend state =
          new DefaultOperatorStateBackendBuilder(
                  SavedState.class.getClassLoader(), new ExecutionConfig(), false, handles, streams)
              .build();
      try {
        return Optional.of(reading.from(state));
      } finally {
        state.dispose();
      }
    } catch (IOException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException("The state of " + uid + " cannot be read: " + e.getMessage(), e);
    }
  }
}
