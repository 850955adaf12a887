package io.sluice.delta.parquet;

import io.delta.kernel.data.ArrayValue;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.MapValue;
import io.sluice.delta.schema.DeltaTypes;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/**
 * Values of Kernel's vectors as Flink's own objects, for writing them again. Strings come as the
 * bytes they are: Kernel's text would replace what is no valid UTF-8.
 */
@FunctionalInterface
@Internal
public interface FlinkValues {

  /** The value at a position that is not null. */
  Object read(ColumnVector vector, int at);

  /** The value, or null. */
  default Object get(ColumnVector vector, int at) {
    return vector.isNullAt(at) ? null : read(vector, at);
  }

  static FlinkValues of(LogicalType type) {
    return switch (type.getTypeRoot()) {
      case BOOLEAN -> ColumnVector::getBoolean;
      case TINYINT -> ColumnVector::getByte;
      case SMALLINT -> ColumnVector::getShort;
      case INTEGER, DATE -> ColumnVector::getInt;
      case BIGINT -> ColumnVector::getLong;
      case FLOAT -> ColumnVector::getFloat;
      case DOUBLE -> ColumnVector::getDouble;
      case VARCHAR -> (vector, at) -> StringData.fromBytes(vector.getBinary(at));
      case VARBINARY -> ColumnVector::getBinary;
      case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
          (vector, at) -> timestamp(vector.getLong(at));
      case DECIMAL -> decimal(type);
      case ARRAY -> array(of(type.getChildren().get(0)));
      case MAP -> map(of(type.getChildren().get(0)), of(type.getChildren().get(1)));
      case ROW -> row(type.getChildren().stream().map(FlinkValues::of).toList());
      default -> throw DeltaTypes.unsupported(type, type.asSummaryString());
    };
  }

  private static TimestampData timestamp(long micros) {
    return TimestampData.fromEpochMillis(
        Math.floorDiv(micros, 1_000L), (int) Math.floorMod(micros, 1_000L) * 1_000);
  }

  private static FlinkValues decimal(LogicalType type) {
    int precision = LogicalTypeChecks.getPrecision(type);
    int scale = LogicalTypeChecks.getScale(type);
    return (vector, at) -> DecimalData.fromBigDecimal(vector.getDecimal(at), precision, scale);
  }

  private static FlinkValues array(FlinkValues element) {
    return (vector, at) -> {
      ArrayValue array = vector.getArray(at);
      Object[] values = new Object[array.getSize()];
      for (int i = 0; i < values.length; i++) {
        values[i] = element.get(array.getElements(), i);
      }
      return new GenericArrayData(values);
    };
  }

  private static FlinkValues map(FlinkValues key, FlinkValues value) {
    return (vector, at) -> {
      MapValue map = vector.getMap(at);
      Map<Object, Object> values = new LinkedHashMap<>();
      for (int i = 0; i < map.getSize(); i++) {
        values.put(key.get(map.getKeys(), i), value.get(map.getValues(), i));
      }
      return new GenericMapData(values);
    };
  }

  private static FlinkValues row(List<FlinkValues> fields) {
    return (vector, at) -> {
      GenericRowData row = new GenericRowData(fields.size());
      for (int i = 0; i < fields.size(); i++) {
        row.setField(i, fields.get(i).get(vector.getChild(i), at));
      }
      return row;
    };
  }
}
