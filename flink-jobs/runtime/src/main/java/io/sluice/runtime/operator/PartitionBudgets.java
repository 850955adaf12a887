package io.sluice.runtime.operator;

import io.sluice.runtime.RawRecord;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;

/**
 * One {@link PartitionBudget} for each Kafka partition that a subtask reads, kept in union state:
 * after a rescale any subtask may be assigned any partition.
 */
final class PartitionBudgets {
  private static final ListStateDescriptor<Tuple2<String, long[]>> DESCRIPTOR =
      new ListStateDescriptor<>(
          "partition-budget",
          Types.TUPLE(Types.STRING, PrimitiveArrayTypeInfo.LONG_PRIMITIVE_ARRAY_TYPE_INFO));

  private final int[] columns;
  private final ListState<Tuple2<String, long[]>> state;
  private final Map<String, long[]> restored = new HashMap<>();
  private final Map<Integer, PartitionBudget> budgets = new HashMap<>();
  private String topic;

  PartitionBudgets(int[] columns, OperatorStateStore store) throws Exception {
    this.columns = columns;
    state = store.getUnionListState(DESCRIPTOR);
    for (Tuple2<String, long[]> entry : state.get()) {
      restored.put(entry.f0, entry.f1);
    }
  }

  /** Whether the row of a raw record may go into its partition of the table. */
  boolean admits(RowData raw, GenericRowData row) {
    if (columns.length == 0) {
      return true;
    }
    int partition = raw.getInt(RawRecord.PARTITION);
    PartitionBudget budget = budgets.get(partition);
    if (budget == null) {
      topic = raw.getString(RawRecord.TOPIC).toString();
      budget = new PartitionBudget(columns, restored.remove(topic + "/" + partition));
      budgets.put(partition, budget);
    }
    return budget.admits(row);
  }

  /**
   * @param others whether this subtask keeps what no subtask has asked for yet, too
   */
  void snapshot(boolean others) throws Exception {
    state.clear();
    for (Map.Entry<Integer, PartitionBudget> entry : budgets.entrySet()) {
      state.add(Tuple2.of(topic + "/" + entry.getKey(), entry.getValue().state()));
    }
    if (others) {
      for (Map.Entry<String, long[]> entry : restored.entrySet()) {
        state.add(Tuple2.of(entry.getKey(), entry.getValue()));
      }
    }
  }
}
