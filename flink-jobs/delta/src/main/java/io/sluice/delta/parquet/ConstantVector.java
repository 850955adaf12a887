package io.sluice.delta.parquet;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.StructField;
import io.sluice.delta.schema.PartitionText;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/** A partition column: the same value in every row of a file. */
final class ConstantVector implements ColumnVector {

  private final DataType type;

  /** As in {@link PartitionText}. */
  private final Object value;

  /** Of a string or binary. */
  private final byte[] bytes;

  /**
   * @param table for messages
   * @param text as the log has it
   */
  ConstantVector(String table, StructField column, String text) {
    type = column.getDataType();
    value = PartitionText.parse(table, column, text);
    bytes =
        value instanceof String string
            ? string.getBytes(StandardCharsets.UTF_8)
            : value instanceof byte[] binary ? binary : null;
  }

  @Override
  public DataType getDataType() {
    return type;
  }

  /** Any number of rows. */
  @Override
  public int getSize() {
    return Integer.MAX_VALUE;
  }

  @Override
  public void close() {}

  @Override
  public boolean isNullAt(int row) {
    return value == null;
  }

  @Override
  public boolean getBoolean(int row) {
    return (Boolean) value;
  }

  @Override
  public byte getByte(int row) {
    return ((Number) value).byteValue();
  }

  @Override
  public short getShort(int row) {
    return ((Number) value).shortValue();
  }

  @Override
  public int getInt(int row) {
    return ((Number) value).intValue();
  }

  @Override
  public long getLong(int row) {
    return ((Number) value).longValue();
  }

  @Override
  public float getFloat(int row) {
    return ((Number) value).floatValue();
  }

  @Override
  public double getDouble(int row) {
    return ((Number) value).doubleValue();
  }

  @Override
  public BigDecimal getDecimal(int row) {
    return (BigDecimal) value;
  }

  @Override
  public String getString(int row) {
    return (String) value;
  }

  /** A string's bytes too, as {@link FlinkValues} wants them. */
  @Override
  public byte[] getBinary(int row) {
    return bytes;
  }
}
