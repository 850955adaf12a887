package io.sluice.delta.sink;

import io.sluice.delta.commit.Fence;
import io.sluice.delta.commit.PositionRange;
import io.sluice.delta.log.TableState;
import io.sluice.delta.schema.Columns;
import io.sluice.delta.schema.OrderColumn;
import io.sluice.delta.schema.PartitionValues;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;

/** Tells which rows a table already holds, and notes how far the written ones reach. */
@Internal
public final class FenceGuard {

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

  private final String tablePath;
  private final long version;
  private final Fence fence;
  private final OrderColumn order;
  private final KeySlots<Group> groups;

  /**
   * @param opened the table when the writer opened
   */
  public FenceGuard(String tablePath, Fence fence, RowType rowType, TableState opened) {
    this.tablePath = tablePath;
    version = opened.version();
    this.fence = fence;
    order = orderOf(fence, rowType);
    KeyReader keys =
        new KeyReader(rowType, Columns.indexes(rowType, fence.groupColumns(), "Fence column"));
    Map<String, Long> held = Fence.positions(opened);
    groups =
        new KeySlots<>(
            keys,
            key -> {
              String name = name(keys, key);
              Fence.Origin origin = fence.origin();
              return new Group(origin.group(name), origin.held(held, name));
            });
  }

  /** Fails when the fence does not fit the rows. */
  static void check(Fence fence, RowType rowType) {
    Columns.indexes(rowType, fence.groupColumns(), "Fence column");
    orderOf(fence, rowType);
  }

  private static OrderColumn orderOf(Fence fence, RowType rowType) {
    return new OrderColumn(rowType, fence.orderColumn(), "Fence order column");
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
  public boolean admit(RowData row) {
    Group group = groups.get(row);
    long position = position(group, row);
    if (position <= group.held) {
      return false;
    }
    group.first = Math.min(group.first, position);
    group.last = Math.max(group.last, position);
    return true;
  }

  private long position(Group group, RowData row) {
    try {
      return order.of(row);
    } catch (IllegalStateException e) {
      throw new IllegalStateException(
          "Fence of table %s (opened at version %d), group '%s' of %s: %s"
              .formatted(tablePath, version, group.name, fence.groupColumns(), e.getMessage()),
          e);
    }
  }

  /** The order values written since the last call, per group. */
  public Map<String, PositionRange> drain() {
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
