package io.sluice.delta.parquet;

import io.delta.kernel.data.ArrayValue;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.MapValue;
import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.BinaryType;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.ByteType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DateType;
import io.delta.kernel.types.DecimalType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.FloatType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.MapType;
import io.delta.kernel.types.ShortType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampNTZType;
import io.delta.kernel.types.TimestampType;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.annotation.Internal;

/** Values of Kernel's vectors as plain Java objects. */
@Internal
public final class VectorValues {

  private VectorValues() {}

  public static Object get(ColumnVector vector, int row) {
    return get(vector, row, vector.getDataType());
  }

  /**
   * @param type names the fields of rows; with column mapping a data file names them otherwise
   */
  public static Object get(ColumnVector vector, int row, DataType type) {
    if (vector.isNullAt(row)) {
      return null;
    }
    if (type instanceof StringType) {
      return vector.getString(row);
    } else if (type instanceof LongType) {
      return vector.getLong(row);
    } else if (type instanceof IntegerType) {
      return vector.getInt(row);
    } else if (type instanceof BooleanType) {
      return vector.getBoolean(row);
    } else if (type instanceof DoubleType) {
      return vector.getDouble(row);
    } else if (type instanceof FloatType) {
      return vector.getFloat(row);
    } else if (type instanceof ByteType) {
      return vector.getByte(row);
    } else if (type instanceof ShortType) {
      return vector.getShort(row);
    } else if (type instanceof DecimalType) {
      return vector.getDecimal(row);
    } else if (type instanceof BinaryType) {
      return vector.getBinary(row);
    }
    return temporalOrNested(vector, row, type);
  }

  private static Object temporalOrNested(ColumnVector vector, int row, DataType type) {
    if (type instanceof DateType) {
      return LocalDate.ofEpochDay(vector.getInt(row));
    } else if (type instanceof TimestampType) {
      return instant(vector.getLong(row));
    } else if (type instanceof TimestampNTZType) {
      return LocalDateTime.ofInstant(instant(vector.getLong(row)), ZoneOffset.UTC);
    } else if (type instanceof ArrayType array) {
      return list(vector.getArray(row), array.getElementType());
    } else if (type instanceof MapType map) {
      return map(vector.getMap(row), map);
    } else if (type instanceof StructType struct) {
      return struct(vector, row, struct);
    }
    throw new IllegalArgumentException("Cannot read a column of Delta type " + type);
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  private static List<Object> list(ArrayValue array, DataType element) {
    List<Object> values = new ArrayList<>(array.getSize());
    for (int i = 0; i < array.getSize(); i++) {
      values.add(get(array.getElements(), i, element));
    }
    return values;
  }

  private static Map<Object, Object> map(MapValue map, MapType type) {
    Map<Object, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < map.getSize(); i++) {
      values.put(
          get(map.getKeys(), i, type.getKeyType()), get(map.getValues(), i, type.getValueType()));
    }
    return values;
  }

  private static Map<String, Object> struct(ColumnVector vector, int row, StructType type) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < type.length(); i++) {
      values.put(type.at(i).getName(), get(vector.getChild(i), row, type.at(i).getDataType()));
    }
    return values;
  }
}
