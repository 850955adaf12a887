package io.sluice.runtime;

import io.sluice.runtime.ledger.StageCounts;
import io.sluice.runtime.reject.Rejects;
import io.sluice.runtime.row.RowKeySelector;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.OutputTag;

/** Harnesses around the operators, and what came out of them. */
public final class TestingHarness {
  private TestingHarness() {}

  public static OneInputStreamOperatorTestHarness<RowData, RowData> of(
      OneInputStreamOperator<RowData, RowData> operator, RowType input, RowType output)
      throws Exception {
    OneInputStreamOperatorTestHarness<RowData, RowData> harness =
        new OneInputStreamOperatorTestHarness<>(operator, new RowDataSerializer(input));
    harness.setup(new RowDataSerializer(output));
    return harness;
  }

  public static OneInputStreamOperatorTestHarness<RowData, RowData> of(
      OneInputStreamOperatorFactory<RowData, RowData> factory, RowType input, RowType output)
      throws Exception {
    OneInputStreamOperatorTestHarness<RowData, RowData> harness =
        new OneInputStreamOperatorTestHarness<>(factory, new RowDataSerializer(input));
    harness.setup(new RowDataSerializer(output));
    return harness;
  }

  public static KeyedOneInputStreamOperatorTestHarness<RowData, RowData, RowData> keyed(
      OneInputStreamOperator<RowData, RowData> operator,
      RowType input,
      List<String> key,
      RowType output)
      throws Exception {
    RowKeySelector selector = new RowKeySelector(input, key);
    KeyedOneInputStreamOperatorTestHarness<RowData, RowData, RowData> harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            operator, selector, selector.getProducedType());
    harness.setup(InternalTypeInfo.of(output).toRowSerializer());
    return harness;
  }

  /** What an operator emits before it has any input, when it starts from a checkpoint. */
  public static List<RowData> rowsAtRestore(
      OneInputStreamOperatorTestHarness<RowData, RowData> harness,
      OperatorSubtaskState state,
      long checkpoint)
      throws Exception {
    harness.setRestoredCheckpointId(checkpoint);
    harness.initializeState(state);
    harness.open();
    return rows(harness);
  }

  /** Rows of the main output, without watermarks. */
  public static List<RowData> rows(OneInputStreamOperatorTestHarness<RowData, RowData> harness) {
    List<RowData> rows = new ArrayList<>();
    for (Object element : harness.getOutput()) {
      if (element instanceof StreamRecord<?> streamRecord) {
        rows.add((RowData) streamRecord.getValue());
      }
    }
    return rows;
  }

  /** The timestamps of the rows of the main output. */
  public static List<Long> timestamps(OneInputStreamOperatorTestHarness<RowData, RowData> harness) {
    List<Long> timestamps = new ArrayList<>();
    for (Object element : harness.getOutput()) {
      if (element instanceof StreamRecord<?> streamRecord) {
        timestamps.add(streamRecord.getTimestamp());
      }
    }
    return timestamps;
  }

  public static List<RowData> side(
      OneInputStreamOperatorTestHarness<RowData, RowData> harness, OutputTag<RowData> tag) {
    Queue<StreamRecord<RowData>> side = harness.getSideOutput(tag);
    return side == null ? List.of() : side.stream().map(StreamRecord::getValue).toList();
  }

  public static List<RowData> rejects(OneInputStreamOperatorTestHarness<RowData, RowData> harness) {
    return side(harness, Rejects.OUTPUT);
  }

  /** What the operator reports to the ledger when the barrier of a checkpoint comes. */
  public static StageCounts counts(
      OneInputStreamOperatorTestHarness<RowData, RowData> harness, long checkpointId)
      throws Exception {
    harness.prepareSnapshotPreBarrier(checkpointId);
    StageCounts counts = new StageCounts();
    side(harness, StageCounts.OUTPUT).forEach(counts::add);
    return counts;
  }
}
