package io.sluice.runtime.row;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.base.BigDecSerializer;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.writer.BinaryRowWriter;
import org.apache.flink.table.runtime.typeutils.InternalSerializers;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarBinaryType;

/**
 * The key of a row as bytes whose order is that of the columns' values, the first column first:
 * names and numbers that are counted upwards then lie side by side in a sorted store, which takes
 * new ones at half the cost. (A binary row has the low bytes of numbers first, and times before
 * strings.) For keys that nobody reads; see {@link RowKeySelector} for those that are.
 *
 * <p>Numbers have the same bytes whatever the width of their type, so that a key is the same key
 * when a contract gets wider types; decimals are in no order therefore.
 */
public final class OrderedKeySelector
    implements KeySelector<RowData, RowData>, ResultTypeQueryable<RowData> {
  private static final long serialVersionUID = 1L;

  private static final RowType KEY_TYPE =
      RowType.of(false, new VarBinaryType(false, VarBinaryType.MAX_LENGTH));
  private static final int USUAL_LENGTH = 64;

  private final RowType rowType;
  private final int[] columns;

  private transient RowData.FieldGetter[] getters;
  private transient Writer[] writers;
  private transient DataOutputSerializer bytes;
  private transient BinaryRowData key;
  private transient BinaryRowWriter writer;

  /** Writes a value that is not null. */
  @FunctionalInterface
  private interface Writer {
    void write(Object value, DataOutputSerializer out) throws IOException;
  }

  /**
   * A selector.
   *
   * @param columns names of columns of {@code rowType}
   */
  public OrderedKeySelector(RowType rowType, List<String> columns) {
    this.rowType = rowType;
    this.columns = columns.stream().mapToInt(rowType::getFieldIndex).toArray();
  }

  @Override
  public RowData getKey(RowData row) throws IOException {
    if (getters == null) {
      prepare();
    }
    bytes.clear();
    for (int i = 0; i < getters.length; i++) {
      Object value = getters[i].getFieldOrNull(row);
      bytes.writeBoolean(value != null);
      if (value != null) {
        writers[i].write(value, bytes);
      }
    }
    writer.reset();
    writer.writeBinary(0, bytes.getCopyOfBuffer());
    writer.complete();
    return key.copy();
  }

  private void prepare() {
    getters = new RowData.FieldGetter[columns.length];
    writers = new Writer[columns.length];
    for (int i = 0; i < columns.length; i++) {
      getters[i] = RowData.createFieldGetter(rowType.getTypeAt(columns[i]), columns[i]);
      writers[i] = writer(rowType.getTypeAt(columns[i]));
    }
    bytes = new DataOutputSerializer(USUAL_LENGTH);
    key = new BinaryRowData(1);
    writer = new BinaryRowWriter(key);
  }

  private static Writer writer(LogicalType type) {
    return switch (type.getTypeRoot()) {
      case TINYINT, SMALLINT, INTEGER, BIGINT ->
          (value, out) -> out.writeLong(((Number) value).longValue());
      case DECIMAL -> (value, out) -> write(((DecimalData) value).toBigDecimal(), out);
      default -> {
        TypeSerializer<Object> serializer = InternalSerializers.create(type);
        yield serializer::serialize;
      }
    };
  }

  private static void write(BigDecimal value, DataOutputSerializer out) throws IOException {
    BigDecSerializer.INSTANCE.serialize(value.stripTrailingZeros(), out);
  }

  @Override
  public TypeInformation<RowData> getProducedType() {
    return InternalTypeInfo.of(KEY_TYPE);
  }
}
