package io.sluice.runtime.stage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.checkpoint.StateObjectCollection;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.runtime.state.KeyedStateHandle;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.util.Collector;
import org.junit.jupiter.api.Test;

/**
 * Why a job is not divided before each of its tasks has written its own files: with the changelog,
 * a task can have older files of more keys beside newer ones of its own. When this test fails,
 * Flink reads the newer ones last, and nobody has to wait any more.
 */
class DividedStateTest {
  private static final int RANGES = 10;

  /** Emits what it counted of a key so far. */
  private static final class Counting extends KeyedProcessFunction<Integer, Integer, Integer> {
    private static final long serialVersionUID = 1L;
    private transient ValueState<Integer> count;

    @Override
    public void open(OpenContext context) {
      count = getRuntimeContext().getState(new ValueStateDescriptor<>("count", Types.INT));
    }

    @Override
    public void processElement(Integer key, Context context, Collector<Integer> out)
        throws Exception {
      int before = count.value() == null ? 0 : count.value();
      count.update(before + 1);
      out.collect(before);
    }
  }

  /** A key of the second of two tasks. */
  private static int keyOfTheSecond() {
    return IntStream.range(0, 100)
        .filter(key -> KeyGroupRangeAssignment.assignKeyToParallelOperator(key, RANGES, 2) == 1)
        .findFirst()
        .orElseThrow();
  }

  private static KeyedOneInputStreamOperatorTestHarness<Integer, Integer, Integer> task(
      int tasks, int index) throws Exception {
    KeyedOneInputStreamOperatorTestHarness<Integer, Integer, Integer> harness =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new KeyedProcessOperator<>(new Counting()),
            key -> key,
            Types.INT,
            RANGES,
            tasks,
            index);
    Configuration incremental = new Configuration();
    incremental.set(CheckpointingOptions.INCREMENTAL_CHECKPOINTS, true);
    harness.setStateBackend(
        new ArrivalTimeBackend.Factory()
            .createFromConfig(incremental, DividedStateTest.class.getClassLoader()));
    return harness;
  }

  private static OperatorSubtaskState counted(
      KeyedOneInputStreamOperatorTestHarness<Integer, Integer, Integer> harness, int times)
      throws Exception {
    try (harness) {
      harness.open();
      for (int i = 0; i < times; i++) {
        harness.processElement(keyOfTheSecond(), i);
      }
      return harness.snapshot(1, 1);
    }
  }

  @Test
  void olderFilesOfAllKeysAreReadOverNewerOnesOfSome() throws Exception {
    OperatorSubtaskState older = counted(task(1, 0), 3);
    var second = task(2, 1);
    second.initializeState(
        AbstractStreamOperatorTestHarness.repartitionOperatorState(older, RANGES, 1, 2, 1));
    OperatorSubtaskState newer = counted(second, 4);

    KeyedStateHandle wide = older.getManagedKeyedState().iterator().next();
    KeyedStateHandle own = newer.getManagedKeyedState().iterator().next();
    try (var both = task(2, 1)) {
      both.initializeState(
          OperatorSubtaskState.builder()
              .setManagedKeyedState(new StateObjectCollection<>(List.of(wide, own)))
              .build());
      both.open();
      both.processElement(keyOfTheSecond(), 0);
      assertThat(both.extractOutputValues()).as("7 were counted").containsExactly(3);
    }
  }
}
