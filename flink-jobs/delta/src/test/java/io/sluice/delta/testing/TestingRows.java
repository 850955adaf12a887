package io.sluice.delta.testing;

import io.sluice.delta.table.DeltaTables;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/** Rows as plain Java objects, as {@link DeltaTables#rows} has them; binary as ByteBuffer. */
public final class TestingRows {

  private TestingRows() {}

  static Map<String, Object> plain(RowType type, RowData row) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < type.getFieldCount(); i++) {
      values.put(
          type.getFieldNames().get(i),
          plain(
              type.getTypeAt(i),
              RowData.createFieldGetter(type.getTypeAt(i), i).getFieldOrNull(row)));
    }
    return values;
  }

  private static Object plain(LogicalType type, Object value) {
    if (value == null) {
      return null;
    }
    return switch (type.getTypeRoot()) {
      case VARCHAR -> value.toString();
      case VARBINARY -> ByteBuffer.wrap((byte[]) value);
      case DECIMAL -> ((DecimalData) value).toBigDecimal();
      case DATE -> LocalDate.ofEpochDay((Integer) value);
      case TIMESTAMP_WITHOUT_TIME_ZONE -> ((TimestampData) value).toLocalDateTime();
      case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> instant((TimestampData) value);
      case ARRAY -> list(type.getChildren().get(0), (ArrayData) value);
      case MAP -> map(type, (MapData) value);
      case ROW -> plain((RowType) type, (RowData) value);
      default -> value;
    };
  }

  private static Instant instant(TimestampData value) {
    return value.toInstant();
  }

  private static List<Object> list(LogicalType element, ArrayData array) {
    ArrayData.ElementGetter getter = ArrayData.createElementGetter(element);
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < array.size(); i++) {
      values.add(plain(element, getter.getElementOrNull(array, i)));
    }
    return values;
  }

  private static Map<Object, Object> map(LogicalType type, MapData map) {
    List<Object> keys = list(type.getChildren().get(0), map.keyArray());
    List<Object> found = list(type.getChildren().get(1), map.valueArray());
    Map<Object, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      values.put(keys.get(i), found.get(i));
    }
    return values;
  }

  /** A copy of a row with binary as ByteBuffer, which has an equality. */
  public static Map<String, Object> comparable(Map<String, Object> row) {
    Map<String, Object> copy = new LinkedHashMap<>(row);
    copy.replaceAll(
        (name, value) -> value instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : value);
    return copy;
  }
}
