package io.sluice.delta.parquet;

import io.sluice.delta.schema.FileColumns;
import io.sluice.delta.schema.TypeWidening;
import java.util.stream.IntStream;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;
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
              : widened(rows.getTypeAt(i), type.getTypeAt(i), positions[i]);
    }
  }

  static RowFields all(RowType type) {
    return new RowFields(type, type, IntStream.range(0, type.getFieldCount()).toArray());
  }

  /** The columns of a data file. */
  static RowFields of(FileColumns columns) {
    return new RowFields(columns.rows(), columns.type(), columns.positions());
  }

  /** Writes values of one type as those of a wider one. */
  private static ValueWriter.FromRow widened(LogicalType from, LogicalType to, int position) {
    RowData.FieldGetter getter = RowData.createFieldGetter(from, position);
    ValueWriter.FromRow target = ValueWriter.of(to).fromRow();
    GenericRowData holder = new GenericRowData(1);
    return (out, row, at) -> {
      holder.setField(0, TypeWidening.wider(getter.getFieldOrNull(row), to));
      target.write(out, holder, 0);
    };
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
