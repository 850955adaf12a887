package io.sluice.delta.table;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.types.ByteType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DateType;
import io.delta.kernel.types.FloatType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.ShortType;
import io.delta.kernel.types.StructType;
import io.sluice.delta.parquet.RowBatch;
import io.sluice.delta.parquet.VectorValues;
import java.math.BigDecimal;

/** A row of a batch, moved along by {@link #at}. */
final class VectorRow implements RowView {

  private final ColumnVector[] columns;
  private final StructType types;
  private int row;

  VectorRow(RowBatch batch, StructType types) {
    columns = batch.columns();
    this.types = types;
  }

  VectorRow at(int index) {
    row = index;
    return this;
  }

  @Override
  public boolean isNull(int column) {
    return columns[column].isNullAt(row);
  }

  @Override
  public boolean getBoolean(int column) {
    return columns[column].getBoolean(row);
  }

  @Override
  public long getLong(int column) {
    DataType type = columns[column].getDataType();
    if (type instanceof IntegerType || type instanceof DateType) {
      return columns[column].getInt(row);
    } else if (type instanceof ShortType) {
      return columns[column].getShort(row);
    } else if (type instanceof ByteType) {
      return columns[column].getByte(row);
    }
    return columns[column].getLong(row);
  }

  @Override
  public double getDouble(int column) {
    return columns[column].getDataType() instanceof FloatType
        ? columns[column].getFloat(row)
        : columns[column].getDouble(row);
  }

  @Override
  public BigDecimal getDecimal(int column) {
    return columns[column].getDecimal(row);
  }

  @Override
  public String getString(int column) {
    return columns[column].getString(row);
  }

  @Override
  public Object getValue(int column) {
    return VectorValues.get(columns[column], row, types.at(column).getDataType());
  }
}
