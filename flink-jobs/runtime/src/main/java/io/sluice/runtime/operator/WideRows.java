package io.sluice.runtime.operator;

import io.sluice.definition.Column;
import io.sluice.definition.ColumnType;
import io.sluice.runtime.SilverLayout;
import io.sluice.runtime.quality.Validator;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.core.memory.MemorySegmentFactory;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeParser;

/**
 * Shows rows that bring wider types of their own columns along (see {@link
 * SilverLayout#NEW_COLUMNS}) with the wide values in their places, for the rules of the contract to
 * look at. What other rows cost is a look at one field. Not thread-safe.
 */
final class WideRows {

  /** What the rows of one type have in the places of the dataset's columns. */
  private record Wide(Validator validator, int arity, Map<Integer, RowData.FieldGetter> getters) {}

  private static final int FIELDS = 2;

  private final SilverLayout layout;
  private final Map<StringData, Optional<Wide>> known = new HashMap<>();
  private final GenericRowData row;
  private final RowData.FieldGetter[] own;

  WideRows(SilverLayout layout) {
    this.layout = layout;
    int columns = layout.dataset().columns().size();
    row = new GenericRowData(columns);
    own = new RowData.FieldGetter[columns];
    for (int i = 0; i < columns; i++) {
      own[i] = RowData.createFieldGetter(layout.silverType().getTypeAt(i), i);
    }
  }

  /** The rules for a row as {@link #of} shows it; nothing when it is to be looked at as it is. */
  Optional<Validator> validator(RowData working) {
    return working.isNullAt(layout.newColumns())
        ? Optional.empty()
        : wide(working).map(Wide::validator);
  }

  /**
   * The columns of the dataset, only for a row that has a {@link #validator}.
   *
   * @return the same object each time
   */
  RowData of(RowData working) {
    for (int i = 0; i < own.length; i++) {
      row.setField(i, own[i].getFieldOrNull(working));
    }
    Wide wide = wide(working).orElseThrow();
    byte[] bytes = working.getRow(layout.newColumns(), FIELDS).getBinary(1);
    BinaryRowData brought = new BinaryRowData(wide.arity());
    brought.pointTo(MemorySegmentFactory.wrap(bytes), 0, bytes.length);
    wide.getters().forEach((at, getter) -> row.setField(at, getter.getFieldOrNull(brought)));
    return row;
  }

  private Optional<Wide> wide(RowData working) {
    StringData type = working.getRow(layout.newColumns(), FIELDS).getString(0);
    Optional<Wide> wide = known.get(type);
    if (wide == null) {
      wide = learn(type.toString());
      known.put(BinaryStringData.fromString(type.toString()), wide);
    }
    return wide;
  }

  private Optional<Wide> learn(String text) {
    RowType brought = (RowType) LogicalTypeParser.parse(text, WideRows.class.getClassLoader());
    List<Column> columns = new ArrayList<>(layout.dataset().columns());
    Map<Integer, RowData.FieldGetter> getters = new HashMap<>();
    for (int i = 0; i < columns.size(); i++) {
      int at = brought.getFieldIndex(columns.get(i).name());
      if (at >= 0) {
        ColumnType wide = WiderFields.columnType(brought.getTypeAt(at)).orElseThrow();
        columns.set(i, new Column(columns.get(i).name(), wide, true));
        getters.put(i, RowData.createFieldGetter(brought.getTypeAt(at), at));
      }
    }
    return getters.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Wide(
                Validator.compile(layout.dataset().contract().expectations(), columns),
                brought.getFieldCount(),
                getters));
  }
}
