package io.sluice.connectors.delta;

import java.util.stream.IntStream;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.parquet.io.api.RecordConsumer;

/** The columns of a row (or nested row) that go into a Parquet group, in order. */
final class RowFields {

  private final String[] names;
  private final int[] positions;
  private final ValueWriter.FromRow[] writers;

  private RowFields(RowType rows, RowType type, int[] positions) {
    this.positions = positions;
    names = type.getFieldNames().toArray(String[]::new);
    writers = new ValueWriter.FromRow[names.length];
    for (int i = 0; i < names.length; i++) {
      writers[i] =
          rows.getTypeAt(i).equals(type.getTypeAt(i))
              ? ValueWriter.of(type.getTypeAt(i)).fromRow()
              : TypeWidening.writer(rows.getTypeAt(i), type.getTypeAt(i), positions[i]);
    }
  }

  static RowFields all(RowType type) {
    return new RowFields(type, type, IntStream.range(0, type.getFieldCount()).toArray());
  }

  /**
   * The columns of a type.
   *
   * @param rows the same columns as rows have them, where they may be narrower
   * @param positions where a row holds each of them
   */
  static RowFields at(RowType rows, RowType type, int[] positions) {
    return new RowFields(rows, type, positions);
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
