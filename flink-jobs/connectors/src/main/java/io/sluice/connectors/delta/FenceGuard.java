package io.sluice.connectors.delta;

import java.util.HashMap;
import java.util.Map;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/** Tells which rows a table already holds, and notes how far the written ones reach. */
final class FenceGuard {

  private static final class Group {
    final String name;
    final long held;
    long first = Long.MAX_VALUE;
    long last = Long.MIN_VALUE;

    Group(String name, long held) {
      this.name = name;
      this.held = held;
    }
  }

  private final Fence fence;
  private final int orderAt;
  private final LogicalType orderType;
  private final KeySlots<Group> groups;

  /**
   * @param held the table's positions when the writer opened
   */
  FenceGuard(Fence fence, RowType rowType, Map<String, Long> held) {
    this.fence = fence;
    orderAt = checkOrder(fence, rowType);
    orderType = rowType.getTypeAt(orderAt);
    KeyReader keys =
        new KeyReader(rowType, Columns.indexes(rowType, fence.groupColumns(), "Fence column"));
    groups =
        new KeySlots<>(
            keys,
            key -> {
              String name = name(keys, key);
              return new Group(name, held.getOrDefault(name, Long.MIN_VALUE));
            });
  }

  /** The order column's index; fails when the fence does not fit the rows. */
  static int checkOrder(Fence fence, RowType rowType) {
    Columns.indexes(rowType, fence.groupColumns(), "Fence column");
    int index = Columns.index(rowType, fence.orderColumn(), "Fence order column");
    switch (rowType.getTypeAt(index).getTypeRoot()) {
      case TINYINT, SMALLINT, INTEGER, BIGINT, DATE -> {}
      case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> {}
      default ->
          throw new IllegalArgumentException(
              "Fence order column '"
                  + fence.orderColumn()
                  + "' has type "
                  + rowType.getTypeAt(index).asSummaryString()
                  + "; it must be a whole number, a date or a timestamp");
    }
    return index;
  }

  private static String name(KeyReader keys, Object[] key) {
    String[] parts = new String[key.length];
    for (int i = 0; i < key.length; i++) {
      String part = PartitionValues.serialize(keys.type(i), key[i]);
      parts[i] = part == null ? "" : part;
    }
    return String.join("/", parts);
  }

  /** Whether the row is new to the table; if so it counts as written. */
  boolean admit(RowData row) {
    if (row.isNullAt(orderAt)) {
      throw new IllegalStateException(
          "A row has no value in the fence's order column '" + fence.orderColumn() + "'");
    }
    Group group = groups.get(row);
    long order = order(row);
    if (order <= group.held) {
      return false;
    }
    group.first = Math.min(group.first, order);
    group.last = Math.max(group.last, order);
    return true;
  }

  private long order(RowData row) {
    LogicalTypeRoot root = orderType.getTypeRoot();
    return switch (root) {
      case TINYINT -> row.getByte(orderAt);
      case SMALLINT -> row.getShort(orderAt);
      case INTEGER, DATE -> row.getInt(orderAt);
      case BIGINT -> row.getLong(orderAt);
      default ->
          ValueWriter.micros(row.getTimestamp(orderAt, LogicalTypeChecks.getPrecision(orderType)));
    };
  }

  /** The order values written since the last call, per group. */
  Map<String, PositionRange> drain() {
    Map<String, PositionRange> written = new HashMap<>();
    groups.forEach(
        group -> {
          if (group.first <= group.last) {
            written.put(group.name, new PositionRange(group.first, group.last));
            group.first = Long.MAX_VALUE;
            group.last = Long.MIN_VALUE;
          }
        });
    return written;
  }
}
