package io.sluice.runtime.stage;

import io.sluice.definition.model.Column;
import io.sluice.definition.model.ColumnType;
import io.sluice.runtime.decode.WiderColumns;
import io.sluice.runtime.quality.Validator;
import io.sluice.runtime.silver.SilverLayout;
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
final class WiderColumnRows {

  /**
   * A row to be looked at.
   *
   * @param rules for the types that it has
   * @param columns those of the dataset; the same object for every row of a type
   */
  record Wide(
      Validator rules,
      GenericRowData columns,
      BinaryRowData brought,
      RowData.FieldGetter[] getters) {

    private void show(byte[] bytes) {
      brought.pointTo(MemorySegmentFactory.wrap(bytes), 0, bytes.length);
      for (int i = 0; i < getters.length; i++) {
        if (getters[i] != null) {
          columns.setField(i, getters[i].getFieldOrNull(brought));
        }
      }
    }
  }

  private static final int FIELDS = 2;

  private final SilverLayout layout;
  private final Map<StringData, Optional<Wide>> known = new HashMap<>();
  private final RowData.FieldGetter[] own;

  WiderColumnRows(SilverLayout layout) {
    this.layout = layout;
    int columns = layout.dataset().columns().size();
    own = new RowData.FieldGetter[columns];
    for (int i = 0; i < columns; i++) {
      own[i] = RowData.createFieldGetter(layout.silverType().getTypeAt(i), i);
    }
  }

  /** What to look at instead of a row; nothing when it is to be looked at as it is. */
  Optional<Wide> of(RowData working) {
    if (working.isNullAt(layout.newColumns())) {
      return Optional.empty();
    }
    RowData field = working.getRow(layout.newColumns(), FIELDS);
    Optional<Wide> found = wide(field.getString(0));
    if (found.isPresent()) {
      GenericRowData columns = found.get().columns();
      for (int i = 0; i < own.length; i++) {
        columns.setField(i, own[i].getFieldOrNull(working));
      }
      found.get().show(field.getBinary(1));
    }
    return found;
  }

  private Optional<Wide> wide(StringData type) {
    Optional<Wide> wide = known.get(type);
    if (wide == null) {
      wide = learn(type.toString());
      known.put(BinaryStringData.fromString(type.toString()), wide);
    }
    return wide;
  }

  private Optional<Wide> learn(String text) {
    RowType brought =
        (RowType) LogicalTypeParser.parse(text, WiderColumnRows.class.getClassLoader());
    List<Column> columns = new ArrayList<>(layout.dataset().columns());
    RowData.FieldGetter[] getters = new RowData.FieldGetter[columns.size()];
    boolean any = false;
    for (int i = 0; i < columns.size(); i++) {
      int at = brought.getFieldIndex(columns.get(i).name());
      if (at >= 0) {
        ColumnType wide = WiderColumns.columnType(brought.getTypeAt(at)).orElseThrow();
        columns.set(i, new Column(columns.get(i).name(), wide, true));
        getters[i] = RowData.createFieldGetter(brought.getTypeAt(at), at);
        any = true;
      }
    }
    if (!any) {
      return Optional.empty();
    }
    return Optional.of(
        new Wide(
            Validator.compile(layout.dataset().contract().expectations(), columns),
            new GenericRowData(columns.size()),
            new BinaryRowData(brought.getFieldCount()),
            getters));
  }
}
