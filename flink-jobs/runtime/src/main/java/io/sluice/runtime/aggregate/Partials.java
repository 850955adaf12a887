package io.sluice.runtime.aggregate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.RowType;

/**
 * The first of two phases of an aggregation: gathers events by key and window before they are sent
 * to the task of their key, so that one row goes there for many events. Whoever owns it flushes it
 * before every barrier: it is no part of any checkpoint.
 */
final class Partials {

  /** Groups that may wait; each takes some hundred bytes. */
  private static final int MAX_GROUPS = 10_000;

  private final ViewLayout layout;
  private final ViewInput input;
  private final Consumer<RowData> out;

  private final AggregateBuffer.Layout bufferLayout;
  private final RowDataSerializer groupSerializer;
  private final RowData.FieldGetter[] groupFields;
  private final GenericRowData group;
  private final GenericRowData partial;
  private final Map<BinaryRowData, AggregateBuffer> buffers = new HashMap<>();

  /**
   * @param input opened
   * @param out takes partial rows (see {@link ViewLayout}) and does not keep them
   */
  Partials(ViewLayout layout, ViewInput input, Consumer<RowData> out) {
    this.layout = layout;
    this.input = input;
    this.out = out;
    bufferLayout = new AggregateBuffer.Layout(layout.aggregates());
    RowType groupType = groupType(layout);
    groupSerializer = new RowDataSerializer(groupType);
    groupFields = new RowData.FieldGetter[groupType.getFieldCount()];
    for (int i = 0; i < groupFields.length; i++) {
      groupFields[i] = RowData.createFieldGetter(groupType.getTypeAt(i), i);
    }
    group = new GenericRowData(groupType.getFieldCount());
    partial = new GenericRowData(layout.partialType().getFieldCount());
  }

  private static RowType groupType(ViewLayout layout) {
    List<RowType.RowField> fields = new ArrayList<>(layout.keyType().getFields());
    fields.add(new RowType.RowField("_window_start", new BigIntType(false)));
    return new RowType(false, fields);
  }

  /** Gathers one event whose arguments {@link ViewInput} has just computed. */
  void add(RowData silverRow, long windowStart) {
    input.copyKey(silverRow, group);
    group.setField(layout.windowStartField(), windowStart);
    BinaryRowData key = groupSerializer.toBinaryRow(group);
    AggregateBuffer buffer = buffers.get(key);
    if (buffer == null) {
      if (buffers.size() >= MAX_GROUPS) {
        flush();
      }
      buffer = new AggregateBuffer(bufferLayout);
      buffers.put(key.copy(), buffer);
    }
    buffer.add(input.values());
  }

  /** Sends everything that was gathered. */
  void flush() {
    for (Map.Entry<BinaryRowData, AggregateBuffer> entry : buffers.entrySet()) {
      for (int i = 0; i < groupFields.length; i++) {
        partial.setField(i, groupFields[i].getFieldOrNull(entry.getKey()));
      }
      entry.getValue().writeState(partial, layout.firstState());
      out.accept(partial);
    }
    buffers.clear();
  }
}
