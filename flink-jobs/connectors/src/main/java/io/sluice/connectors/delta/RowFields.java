package io.sluice.connectors.delta;

import java.util.List;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.parquet.io.api.RecordConsumer;

/** The columns of a row (or nested row) that go into a Parquet group, in order. */
final class RowFields {

  private final String[] names;
  private final int[] positions;
  private final ValueWriter.FromRow[] writers;

  private RowFields(RowType type, int[] positions) {
    this.positions = positions;
    names = new String[positions.length];
    writers = new ValueWriter.FromRow[positions.length];
    for (int i = 0; i < positions.length; i++) {
      names[i] = type.getFieldNames().get(positions[i]);
      writers[i] = ValueWriter.of(type.getTypeAt(positions[i])).fromRow();
    }
  }

  static RowFields all(RowType type) {
    return without(type, List.of());
  }

  /** All columns but the named ones. */
  static RowFields without(RowType type, List<String> excluded) {
    return new RowFields(type, Columns.indexesWithout(type, excluded));
  }

  void write(RecordConsumer out, RowData row) {
    for (int i = 0; i < positions.length; i++) {
      if (!row.isNullAt(positions[i])) {
        out.startField(names[i], i);
        writers[i].write(out, row, positions[i]);
        out.endField(names[i], i);
      }
    }
  }
}
