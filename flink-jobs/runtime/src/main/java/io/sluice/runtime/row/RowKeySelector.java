package io.sluice.runtime.row;

import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.RowType;

/**
 * The key of a row: some of its columns as a binary row, which compares and hashes by its bytes.
 * The key is always a row of its own, safe to keep.
 */
public final class RowKeySelector
    implements KeySelector<RowData, RowData>, ResultTypeQueryable<RowData> {
  private static final long serialVersionUID = 1L;

  private final RowType rowType;
  private final int[] columns;
  private final RowType keyType;

  private transient RowData.FieldGetter[] getters;
  private transient RowDataSerializer serializer;
  private transient GenericRowData projected;

  /**
   * A selector.
   *
   * @param columns names of columns of {@code rowType}
   */
  public RowKeySelector(RowType rowType, List<String> columns) {
    this.rowType = rowType;
    this.columns = columns.stream().mapToInt(rowType::getFieldIndex).toArray();
    this.keyType =
        new RowType(
            false,
            java.util.Arrays.stream(this.columns).mapToObj(rowType.getFields()::get).toList());
  }

  @Override
  public RowData getKey(RowData row) {
    if (getters == null) {
      prepare();
    }
    for (int i = 0; i < getters.length; i++) {
      projected.setField(i, getters[i].getFieldOrNull(row));
    }
    return serializer.toBinaryRow(projected).copy();
  }

  private void prepare() {
    getters = new RowData.FieldGetter[columns.length];
    for (int i = 0; i < columns.length; i++) {
      getters[i] = RowData.createFieldGetter(rowType.getTypeAt(columns[i]), columns[i]);
    }
    serializer = new RowDataSerializer(keyType);
    projected = new GenericRowData(columns.length);
  }

  @Override
  public TypeInformation<RowData> getProducedType() {
    return InternalTypeInfo.of(keyType);
  }
}
