package io.sluice.delta.upsert;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DateType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.TimestampNTZType;
import io.delta.kernel.types.TimestampType;
import io.sluice.delta.parquet.VectorValues;
import io.sluice.delta.schema.Columns;
import io.sluice.delta.schema.DeltaTypes;
import io.sluice.delta.schema.PartitionText;
import io.sluice.delta.schema.TableLayout;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/**
 * Keys as lists of plain values that compare and hash alike, whether they come from a row, a data
 * file or a partition's name: Boolean, String, BigDecimal, ByteBuffer, and Long for whole numbers,
 * dates (days) and timestamps (microseconds).
 */
@Internal
public final class PlainKeys {

  private final LogicalType[] types;
  private final RowData.FieldGetter[] getters;
  private final RowDataSerializer serializer;

  public PlainKeys(TableLayout layout) {
    int[] indexes = Columns.indexes(layout.rowType(), layout.key().columns(), "Key column");
    types = new LogicalType[indexes.length];
    getters = new RowData.FieldGetter[indexes.length];
    for (int i = 0; i < indexes.length; i++) {
      types[i] = layout.rowType().getTypeAt(indexes[i]);
      getters[i] = RowData.createFieldGetter(types[i], indexes[i]);
    }
    serializer = new RowDataSerializer(types);
  }

  /** The key of a row; none of its columns may be null. */
  public List<Object> of(RowData row) {
    List<Object> key = new ArrayList<>(types.length);
    for (int i = 0; i < types.length; i++) {
      key.add(plain(types[i], getters[i].getFieldOrNull(row)));
    }
    return key;
  }

  /** The reverse of {@link #of}, as a keyed stream has it. */
  public RowData toRow(List<Object> key) {
    GenericRowData row = new GenericRowData(types.length);
    for (int i = 0; i < types.length; i++) {
      row.setField(i, internal(types[i], key.get(i)));
    }
    return serializer.toBinaryRow(row).copy();
  }

  private static Object internal(LogicalType type, Object value) {
    return switch (type.getTypeRoot()) {
      case CHAR, VARCHAR -> StringData.fromString((String) value);
      case BINARY, VARBINARY -> ((ByteBuffer) value).array();
      case DECIMAL ->
          DecimalData.fromBigDecimal(
              (BigDecimal) value,
              LogicalTypeChecks.getPrecision(type),
              LogicalTypeChecks.getScale(type));
      case TINYINT -> ((Long) value).byteValue();
      case SMALLINT -> ((Long) value).shortValue();
      case INTEGER, DATE -> ((Long) value).intValue();
      case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
          TimestampData.fromEpochMillis(
              Math.floorDiv((Long) value, 1000L), (int) Math.floorMod((Long) value, 1000L) * 1000);
      default -> value;
    };
  }

  private static Object plain(LogicalType type, Object value) {
    return switch (type.getTypeRoot()) {
      case CHAR, VARCHAR -> value.toString();
      case BINARY, VARBINARY -> ByteBuffer.wrap(((byte[]) value).clone());
      case DECIMAL -> ((DecimalData) value).toBigDecimal().stripTrailingZeros();
      case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
          DeltaTypes.micros((TimestampData) value);
      default -> plain(value);
    };
  }

  /** A value of a data file; null for a null. */
  static Object plain(ColumnVector vector, int row) {
    if (vector.isNullAt(row)) {
      return null;
    }
    DataType type = vector.getDataType();
    if (type instanceof DateType) {
      return (long) vector.getInt(row);
    } else if (type instanceof TimestampType || type instanceof TimestampNTZType) {
      return vector.getLong(row);
    }
    return plain(VectorValues.get(vector, row));
  }

  private static Object plain(Object value) {
    if (value instanceof BigDecimal decimal) {
      return decimal.stripTrailingZeros();
    } else if (value instanceof byte[] bytes) {
      return ByteBuffer.wrap(bytes);
    }
    return value instanceof Number number ? (Object) number.longValue() : value;
  }

  /** A partition column's value; null for a null. */
  public static Object ofPartition(StructField column, Map<String, String> partitionValues) {
    String text = partitionValues.get(column.getName());
    if (text == null || text.isEmpty()) {
      // In a partition column the protocol cannot tell an empty string from null.
      return column.getDataType() instanceof StringType ? "" : null;
    }
    return plain(PartitionText.parse(column.getDataType(), text));
  }
}
