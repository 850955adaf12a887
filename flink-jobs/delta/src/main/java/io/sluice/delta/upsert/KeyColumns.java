package io.sluice.delta.upsert;

import io.sluice.delta.schema.Columns;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.RowType;

/** Some columns of a row as a binary row of its own, which compares and hashes by its bytes. */
@Internal
public final class KeyColumns
    implements KeySelector<RowData, RowData>, ResultTypeQueryable<RowData> {

  private static final long serialVersionUID = 1L;

  private final RowType rowType;
  private final List<String> columns;

  private transient RowData.FieldGetter[] getters;
  private transient RowDataSerializer serializer;
  private transient GenericRowData projected;

  public KeyColumns(RowType rowType, List<String> columns) {
    this.rowType = rowType;
    this.columns = columns;
  }

  /**
   * @throws IllegalStateException if a column has no value
   */
  @Override
  public RowData getKey(RowData row) {
    if (getters == null) {
      prepare();
    }
    for (int i = 0; i < getters.length; i++) {
      Object value = getters[i].getFieldOrNull(row);
      if (value == null) {
        throw new IllegalStateException(
            "A row has no value in the key column '"
                + columns.get(i)
                + "'. Turn such rows away before the sink");
      }
      projected.setField(i, value);
    }
    return serializer.toBinaryRow(projected).copy();
  }

  private void prepare() {
    int[] indexes = Columns.indexes(rowType, columns, "Key column");
    getters = new RowData.FieldGetter[indexes.length];
    for (int i = 0; i < indexes.length; i++) {
      getters[i] = RowData.createFieldGetter(rowType.getTypeAt(indexes[i]), indexes[i]);
    }
    serializer = new RowDataSerializer(keyType());
    projected = new GenericRowData(indexes.length);
  }

  private RowType keyType() {
    return new RowType(
        false,
        columns.stream()
            .map(name -> rowType.getFields().get(rowType.getFieldIndex(name)))
            .toList());
  }

  @Override
  public TypeInformation<RowData> getProducedType() {
    return InternalTypeInfo.of(keyType());
  }
}
