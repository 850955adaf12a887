package io.sluice.delta.parquet;

import io.delta.kernel.data.ColumnVector;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.types.RowKind;
import org.apache.flink.types.variant.Variant;

/**
 * A row that looks into the columns of its batch, which nobody changes any more: the only object
 * that a row costs. Strings must have been read as the bytes they are.
 */
@Internal
public final class VectorRowData implements RowData {

  private final ColumnVector[] columns;
  private final FlinkValues[] values;
  private final int row;
  private RowKind kind = RowKind.INSERT;

  /**
   * @param values of the columns, in their order
   */
  public VectorRowData(ColumnVector[] columns, FlinkValues[] values, int row) {
    this.columns = columns;
    this.values = values;
    this.row = row;
  }

  @Override
  public int getArity() {
    return columns.length;
  }

  @Override
  public RowKind getRowKind() {
    return kind;
  }

  @Override
  public void setRowKind(RowKind newKind) {
    kind = newKind;
  }

  @Override
  public boolean isNullAt(int at) {
    return columns[at].isNullAt(row);
  }

  @Override
  public boolean getBoolean(int at) {
    return columns[at].getBoolean(row);
  }

  @Override
  public byte getByte(int at) {
    return columns[at].getByte(row);
  }

  @Override
  public short getShort(int at) {
    return columns[at].getShort(row);
  }

  @Override
  public int getInt(int at) {
    return columns[at].getInt(row);
  }

  @Override
  public long getLong(int at) {
    return columns[at].getLong(row);
  }

  @Override
  public float getFloat(int at) {
    return columns[at].getFloat(row);
  }

  @Override
  public double getDouble(int at) {
    return columns[at].getDouble(row);
  }

  @Override
  public StringData getString(int at) {
    return (StringData) values[at].read(columns[at], row);
  }

  @Override
  public DecimalData getDecimal(int at, int precision, int scale) {
    return (DecimalData) values[at].read(columns[at], row);
  }

  @Override
  public TimestampData getTimestamp(int at, int precision) {
    return (TimestampData) values[at].read(columns[at], row);
  }

  @Override
  public byte[] getBinary(int at) {
    return columns[at].getBinary(row);
  }

  @Override
  public ArrayData getArray(int at) {
    return (ArrayData) values[at].read(columns[at], row);
  }

  @Override
  public MapData getMap(int at) {
    return (MapData) values[at].read(columns[at], row);
  }

  @Override
  public RowData getRow(int at, int fields) {
    return (RowData) values[at].read(columns[at], row);
  }

  @Override
  public <T> org.apache.flink.table.data.RawValueData<T> getRawValue(int at) {
    throw new UnsupportedOperationException("A Delta table has no raw values");
  }

  @Override
  public Variant getVariant(int at) {
    throw new UnsupportedOperationException("A table with variants is refused before");
  }
}
