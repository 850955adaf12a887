package io.sluice.delta.log;

import io.delta.kernel.Snapshot;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.SetTransaction;
import io.delta.kernel.internal.actions.SingleAction;
import io.delta.kernel.internal.data.GenericRow;
import io.delta.kernel.internal.replay.ActionWrapper;
import io.delta.kernel.internal.replay.ActionsIterator;
import io.delta.kernel.internal.util.VectorUtils;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.flink.annotation.Internal;

/** Reads and builds the actions of the Delta log that Kernel's public API does not offer. */
@Internal
public final class TableLog {

  private static final StructType TXN_SCHEMA =
      new StructType().add("txn", SetTransaction.FULL_SCHEMA);

  private TableLog() {}

  /** The id that a table keeps through all of its versions. */
  public static String tableId(Snapshot snapshot) {
    return snapshot.getMetadata().getId();
  }

  /** The version of the log checkpoint that a snapshot was read from; empty if from none. */
  public static OptionalLong checkpointVersion(Snapshot snapshot) {
    return snapshot
        .getLogSegment()
        .getCheckpointVersionOpt()
        .map(OptionalLong::of)
        .orElse(OptionalLong.empty());
  }

  /** Whether two versions have the same schema, properties and protocol. */
  public static boolean sameShape(Snapshot one, Snapshot other) {
    return one.getMetadata().equals(other.getMetadata())
        && one.getProtocol().equals(other.getProtocol());
  }

  /** The newest {@code txn} version of every application. */
  public static Map<String, Long> transactions(Engine engine, Snapshot snapshot)
      throws IOException {
    Map<String, Long> newest = new HashMap<>();
    try (CloseableIterator<ActionWrapper> actions =
        new ActionsIterator(
            engine, snapshot.getLogSegment().allLogFilesReversed(), TXN_SCHEMA, Optional.empty())) {
      while (actions.hasNext()) {
        // Newest file first; within a file an application appears once.
        ColumnVector txns = actions.next().getColumnarBatch().getColumnVector(0);
        for (int row = 0; row < txns.getSize(); row++) {
          SetTransaction txn = SetTransaction.fromColumnVector(txns, row);
          if (txn != null) {
            newest.putIfAbsent(txn.getAppId(), txn.getVersion());
          }
        }
      }
    }
    return newest;
  }

  /** A change of rows. */
  public static List<Row> actions(FileChanges merge, Map<String, Long> transactions, long now) {
    List<Row> actions = transactions(transactions, now);
    actions.addAll(actions(merge, true, now));
    return actions;
  }

  /**
   * A change of files that leaves the rows as they are: readers of changes and append-only tables
   * may ignore it.
   *
   * @param now milliseconds since the epoch; from then on the old files are kept for the retention
   */
  public static List<Row> rewrite(FileChanges merge, long now) {
    return actions(merge, false, now);
  }

  private static List<Row> actions(FileChanges merge, boolean dataChange, long now) {
    List<Row> actions = new ArrayList<>();
    merge.removed().forEach(file -> actions.add(remove(file, dataChange, now)));
    merge.added().forEach(added -> actions.add(add(added.file(), dataChange)));
    return actions;
  }

  private static List<Row> transactions(Map<String, Long> transactions, long now) {
    List<Row> actions = new ArrayList<>();
    transactions.forEach(
        (appId, version) ->
            actions.add(
                SingleAction.createTxnSingleAction(
                    new SetTransaction(appId, version, Optional.of(now)).toRow())));
    return actions;
  }

  private static Row add(LiveFile file, boolean dataChange) {
    return SingleAction.createAddFileSingleAction(addFile(file, dataChange).toRow());
  }

  private static Row remove(LiveFile file, boolean dataChange, long now) {
    return SingleAction.createRemoveFileSingleAction(
        addFile(file.gone(), dataChange).toRemoveFileRow(dataChange, Optional.of(now)));
  }

  static AddFile addFile(LiveFile live, boolean dataChange) {
    DeltaFile file = live.file();
    Map<Integer, Object> values = new HashMap<>();
    values.put(field("path"), file.path());
    values.put(field("partitionValues"), VectorUtils.stringStringMapValue(file.partitionValues()));
    values.put(field("size"), file.size());
    values.put(field("modificationTime"), file.modificationTime());
    values.put(field("dataChange"), dataChange);
    live.vector().ifPresent(vector -> values.put(field("deletionVector"), vector.toRow()));
    if (!live.tags().isEmpty()) {
      values.put(field("tags"), VectorUtils.stringStringMapValue(live.tags()));
    }
    if (!file.stats().isEmpty()) {
      values.put(field("stats"), file.stats());
    }
    return new AddFile(new GenericRow(AddFile.FULL_SCHEMA, values));
  }

  private static int field(String name) {
    return AddFile.FULL_SCHEMA.indexOf(name);
  }
}
