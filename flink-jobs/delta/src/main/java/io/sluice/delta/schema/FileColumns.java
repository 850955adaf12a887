package io.sluice.delta.schema;

import io.delta.kernel.types.StructType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.RowType;

/** The columns of a data file, and where rows hold their values. */
@Internal
public final class FileColumns {

  private final RowType rows;
  private final RowType type;
  private final int[] positions;

  /**
   * @param rows the columns as the rows have them
   * @param type the same columns as the file has them; types may be wider
   */
  private FileColumns(RowType rows, RowType type, int[] positions) {
    this.rows = rows;
    this.type = type;
    this.positions = positions;
  }

  /** All columns of the rows but some. */
  public static FileColumns without(RowType rows, Collection<String> excluded) {
    List<String> names = List.copyOf(excluded);
    RowType columns = Columns.without(rows, names);
    return new FileColumns(columns, columns, Columns.indexesWithout(rows, names));
  }

  /** With the types of a table where they are wider. */
  public FileColumns widened(StructType table) {
    List<RowType.RowField> fields = new ArrayList<>();
    StructType own = schema();
    for (RowType.RowField field : type.getFields()) {
      int at = table.indexOf(field.getName());
      boolean wider =
          at >= 0
              && TypeWidening.widens(
                  own.get(field.getName()).getDataType(), table.at(at).getDataType());
      fields.add(
          wider
              ? FlinkTypes.toFlink(new StructType(List.of(table.at(at)))).getFields().get(0)
              : field);
    }
    return new FileColumns(rows, new RowType(false, fields), positions);
  }

  /**
   * With others in the place of those of the same name, or behind these.
   *
   * @param position where the rows hold the first of them; the others follow
   */
  public FileColumns and(NewColumns added, int position) {
    List<RowType.RowField> allRows = new ArrayList<>(rows.getFields());
    List<RowType.RowField> all = new ArrayList<>(type.getFields());
    List<Integer> places = new ArrayList<>(Arrays.stream(positions).boxed().toList());
    for (int i = 0; i < added.columns().getFieldCount(); i++) {
      RowType.RowField column = added.columns().getFields().get(i);
      int at = type.getFieldIndex(column.getName());
      if (at < 0) {
        allRows.add(column);
        all.add(column);
        places.add(position + i);
      } else {
        allRows.set(at, column);
        all.set(at, column);
        places.set(at, position + i);
      }
    }
    return new FileColumns(
        new RowType(false, allRows),
        new RowType(false, all),
        places.stream().mapToInt(Integer::intValue).toArray());
  }

  /** These columns for rows that hold nothing but them, at positions from 0. */
  public FileColumns alone() {
    return new FileColumns(rows, type, IntStream.range(0, positions.length).toArray());
  }

  /** Copies the columns out of rows, so that {@link #alone} reads the copies. */
  public UnaryOperator<RowData> copier() {
    RowData.FieldGetter[] getters = new RowData.FieldGetter[positions.length];
    for (int i = 0; i < getters.length; i++) {
      getters[i] = RowData.createFieldGetter(rows.getTypeAt(i), positions[i]);
    }
    RowDataSerializer serializer = new RowDataSerializer(rows);
    GenericRowData fields = new GenericRowData(getters.length);
    return row -> {
      for (int i = 0; i < getters.length; i++) {
        fields.setField(i, getters[i].getFieldOrNull(row));
      }
      return serializer.toBinaryRow(fields).copy();
    };
  }

  public RowType type() {
    return type;
  }

  public StructType schema() {
    return DeltaTypes.toDelta(type);
  }

  /** The columns as the rows have them; types may be narrower. */
  public RowType rows() {
    return rows;
  }

  /** Where a row holds each column. */
  public int[] positions() {
    return positions.clone();
  }
}
