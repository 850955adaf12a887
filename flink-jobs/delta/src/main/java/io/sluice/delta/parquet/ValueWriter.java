package io.sluice.delta.parquet;

import io.sluice.delta.schema.DeltaTypes;
import java.util.Arrays;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;

/**
 * Hands one non-null value, taken from a row or an array, to Parquet without an object per value
 * where possible.
 */
record ValueWriter(FromRow fromRow, FromArray fromArray) {

  /** Reads the value at a position of a row. */
  @FunctionalInterface
  interface FromRow {
    void write(RecordConsumer out, RowData row, int at);
  }

  /** Reads the value at a position of an array. */
  @FunctionalInterface
  interface FromArray {
    void write(RecordConsumer out, ArrayData array, int at);
  }

  static ValueWriter of(LogicalType type) {
    return switch (type.getTypeRoot()) {
      case BOOLEAN ->
          new ValueWriter(
              (out, row, at) -> out.addBoolean(row.getBoolean(at)),
              (out, array, at) -> out.addBoolean(array.getBoolean(at)));
      case TINYINT ->
          new ValueWriter(
              (out, row, at) -> out.addInteger(row.getByte(at)),
              (out, array, at) -> out.addInteger(array.getByte(at)));
      case SMALLINT ->
          new ValueWriter(
              (out, row, at) -> out.addInteger(row.getShort(at)),
              (out, array, at) -> out.addInteger(array.getShort(at)));
      case INTEGER, DATE ->
          new ValueWriter(
              (out, row, at) -> out.addInteger(row.getInt(at)),
              (out, array, at) -> out.addInteger(array.getInt(at)));
      case BIGINT ->
          new ValueWriter(
              (out, row, at) -> out.addLong(row.getLong(at)),
              (out, array, at) -> out.addLong(array.getLong(at)));
      case FLOAT ->
          new ValueWriter(
              (out, row, at) -> out.addFloat(row.getFloat(at)),
              (out, array, at) -> out.addFloat(array.getFloat(at)));
      case DOUBLE ->
          new ValueWriter(
              (out, row, at) -> out.addDouble(row.getDouble(at)),
              (out, array, at) -> out.addDouble(array.getDouble(at)));
      case CHAR, VARCHAR ->
          new ValueWriter(
              (out, row, at) -> out.addBinary(text(row.getString(at))),
              (out, array, at) -> out.addBinary(text(array.getString(at))));
      case BINARY, VARBINARY ->
          new ValueWriter(
              (out, row, at) -> out.addBinary(Binary.fromReusedByteArray(row.getBinary(at))),
              (out, array, at) -> out.addBinary(Binary.fromReusedByteArray(array.getBinary(at))));
      case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> timestamp(type);
      case DECIMAL -> decimal(type);
      case ARRAY -> array(of(type.getChildren().get(0)));
      case MAP -> map(of(type.getChildren().get(0)), of(type.getChildren().get(1)));
      case ROW -> row((RowType) type);
      default -> throw DeltaTypes.unsupported(type, type.asSummaryString());
    };
  }

  private static ValueWriter timestamp(LogicalType type) {
    int precision = LogicalTypeChecks.getPrecision(type);
    return new ValueWriter(
        (out, row, at) -> out.addLong(DeltaTypes.micros(row.getTimestamp(at, precision))),
        (out, array, at) -> out.addLong(DeltaTypes.micros(array.getTimestamp(at, precision))));
  }

  private static ValueWriter decimal(LogicalType type) {
    int precision = LogicalTypeChecks.getPrecision(type);
    int scale = LogicalTypeChecks.getScale(type);
    if (precision <= ParquetTypes.INT_DIGITS) {
      return new ValueWriter(
          (out, row, at) ->
              out.addInteger((int) row.getDecimal(at, precision, scale).toUnscaledLong()),
          (out, array, at) ->
              out.addInteger((int) array.getDecimal(at, precision, scale).toUnscaledLong()));
    }
    if (precision <= ParquetTypes.LONG_DIGITS) {
      return new ValueWriter(
          (out, row, at) -> out.addLong(row.getDecimal(at, precision, scale).toUnscaledLong()),
          (out, array, at) -> out.addLong(array.getDecimal(at, precision, scale).toUnscaledLong()));
    }
    int length = ParquetTypes.decimalBytes(precision);
    return new ValueWriter(
        (out, row, at) -> out.addBinary(fixed(row.getDecimal(at, precision, scale), length)),
        (out, array, at) -> out.addBinary(fixed(array.getDecimal(at, precision, scale), length)));
  }

  private static Binary fixed(DecimalData value, int length) {
    byte[] unscaled = value.toUnscaledBytes();
    if (unscaled.length == length) {
      return Binary.fromConstantByteArray(unscaled);
    }
    byte[] padded = new byte[length];
    byte sign = (byte) (unscaled[0] < 0 ? -1 : 0);
    int gap = length - unscaled.length;
    Arrays.fill(padded, 0, gap, sign);
    System.arraycopy(unscaled, 0, padded, gap, unscaled.length);
    return Binary.fromConstantByteArray(padded);
  }

  /**
   * "Reused": the bytes may belong to a row that the caller will overwrite, so Parquet copies what
   * it keeps.
   */
  private static Binary text(StringData value) {
    if (value instanceof BinaryStringData binary) {
      binary.ensureMaterialized();
      if (binary.getSegments().length == 1 && !binary.getSegments()[0].isOffHeap()) {
        return Binary.fromReusedByteArray(
            binary.getSegments()[0].getArray(), binary.getOffset(), binary.getSizeInBytes());
      }
    }
    return Binary.fromConstantByteArray(value.toBytes());
  }

  private static ValueWriter array(ValueWriter element) {
    return new ValueWriter(
        (out, row, at) -> addArray(out, row.getArray(at), element),
        (out, array, at) -> addArray(out, array.getArray(at), element));
  }

  private static void addArray(RecordConsumer out, ArrayData values, ValueWriter element) {
    out.startGroup();
    if (values.size() > 0) {
      out.startField("list", 0);
      for (int i = 0; i < values.size(); i++) {
        out.startGroup();
        addElement(out, values, i, element, "element", 0);
        out.endGroup();
      }
      out.endField("list", 0);
    }
    out.endGroup();
  }

  private static ValueWriter map(ValueWriter key, ValueWriter value) {
    return new ValueWriter(
        (out, row, at) -> addMap(out, row.getMap(at), key, value),
        (out, array, at) -> addMap(out, array.getMap(at), key, value));
  }

  private static void addMap(RecordConsumer out, MapData map, ValueWriter key, ValueWriter value) {
    ArrayData keys = map.keyArray();
    ArrayData values = map.valueArray();
    out.startGroup();
    if (map.size() > 0) {
      out.startField("key_value", 0);
      for (int i = 0; i < map.size(); i++) {
        out.startGroup();
        addElement(out, keys, i, key, "key", 0);
        addElement(out, values, i, value, "value", 1);
        out.endGroup();
      }
      out.endField("key_value", 0);
    }
    out.endGroup();
  }

  private static void addElement(
      RecordConsumer out, ArrayData values, int at, ValueWriter writer, String name, int index) {
    if (!values.isNullAt(at)) {
      out.startField(name, index);
      writer.fromArray().write(out, values, at);
      out.endField(name, index);
    }
  }

  private static ValueWriter row(RowType type) {
    RowFields fields = RowFields.all(type);
    int arity = type.getFieldCount();
    return new ValueWriter(
        (out, row, at) -> addRow(out, row.getRow(at, arity), fields),
        (out, array, at) -> addRow(out, array.getRow(at, arity), fields));
  }

  private static void addRow(RecordConsumer out, RowData row, RowFields fields) {
    out.startGroup();
    fields.write(out, row);
    out.endGroup();
  }
}
