package io.sluice.runtime.reject;

import java.io.Serializable;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.HexFormat;
import java.util.List;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.LogicalTypeRoot;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimeType;

/**
 * Rows as JSON text. Every value can be written: numbers as numbers with all their digits, those
 * that JSON lacks ({@code NaN}, {@code Infinity}) as strings, dates and times in ISO 8601, bytes in
 * hexadecimal. A time of day beyond its day is the number that it is.
 */
public final class RowJson implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long NANOS_PER_MICRO = 1_000;
  private static final long NANOS_PER_DAY = 86_400_000_000_000L;

  private final RowType type;
  private final int[] columns;

  /** All columns of a row. */
  public RowJson(RowType type) {
    this(type, type.getFieldNames());
  }

  /**
   * Some columns of a row, in this order.
   *
   * @throws IllegalArgumentException for a column that the row does not have
   */
  public RowJson(RowType type, List<String> columns) {
    this.type = type;
    this.columns = columns.stream().mapToInt(type::getFieldIndex).toArray();
    if (columns.stream().anyMatch(column -> type.getFieldIndex(column) < 0)) {
      throw new IllegalArgumentException(
          "The row has no columns %s; it has %s.".formatted(columns, type.getFieldNames()));
    }
  }

  /** The text of one row: an object. */
  public String text(RowData row) {
    StringBuilder json = new StringBuilder("{");
    for (int i = 0; i < columns.length; i++) {
      json.append(i == 0 ? "" : ",");
      member(json, row, type, columns[i]);
    }
    return json.append('}').toString();
  }

  private static void member(StringBuilder json, RowData row, RowType type, int index) {
    string(json, type.getFieldNames().get(index)).append(':');
    LogicalType field = type.getTypeAt(index);
    value(json, field, RowData.createFieldGetter(stored(field), index).getFieldOrNull(row));
  }

  /** Microseconds of a day are a long, for which Flink's own type of that name has no room. */
  private static LogicalType stored(LogicalType type) {
    boolean micros = type instanceof TimeType time && time.getPrecision() > 3;
    return micros ? new BigIntType(type.isNullable()) : type;
  }

  private static void value(StringBuilder json, LogicalType type, Object value) {
    if (value == null) {
      json.append("null");
    } else if (value instanceof DecimalData decimal) {
      json.append(decimal.toBigDecimal().toPlainString());
    } else if (value instanceof byte[] bytes) {
      string(json, HexFormat.of().formatHex(bytes));
    } else if (value instanceof TimestampData timestamp) {
      string(json, timestamp(type, timestamp));
    } else if (value instanceof ArrayData array) {
      array(json, (ArrayType) type, array);
    } else if (value instanceof MapData map) {
      map(json, (MapType) type, map);
    } else if (value instanceof RowData row) {
      json.append(new RowJson((RowType) type).text(row));
    } else if (value instanceof Number number) {
      number(json, type, number);
    } else if (value instanceof Boolean) {
      json.append(value);
    } else {
      string(json, value.toString());
    }
  }

  private static String timestamp(LogicalType type, TimestampData timestamp) {
    return type.is(LogicalTypeRoot.TIMESTAMP_WITH_LOCAL_TIME_ZONE)
        ? timestamp.toInstant().toString()
        : timestamp.toLocalDateTime().toString();
  }

  private static void number(StringBuilder json, LogicalType type, Number number) {
    if (type.is(LogicalTypeRoot.DATE)) {
      string(json, LocalDate.ofEpochDay(number.intValue()).toString());
    } else if (type instanceof TimeType time) {
      timeOfDay(json, number, time.getPrecision() > 3 ? NANOS_PER_MICRO : NANOS_PER_MILLI);
    } else if (Double.isFinite(number.doubleValue())) {
      json.append(number);
    } else {
      string(json, number.toString());
    }
  }

  private static void timeOfDay(StringBuilder json, Number number, long nanosPerUnit) {
    long units = number.longValue();
    if (units < 0 || units >= NANOS_PER_DAY / nanosPerUnit) {
      json.append(units);
    } else {
      string(json, LocalTime.ofNanoOfDay(units * nanosPerUnit).toString());
    }
  }

  private static void array(StringBuilder json, ArrayType type, ArrayData array) {
    ArrayData.ElementGetter getter = ArrayData.createElementGetter(type.getElementType());
    json.append('[');
    for (int i = 0; i < array.size(); i++) {
      json.append(i == 0 ? "" : ",");
      value(json, type.getElementType(), getter.getElementOrNull(array, i));
    }
    json.append(']');
  }

  private static void map(StringBuilder json, MapType type, MapData map) {
    ArrayData.ElementGetter getter = ArrayData.createElementGetter(type.getValueType());
    ArrayData keys = map.keyArray();
    json.append('{');
    for (int i = 0; i < keys.size(); i++) {
      json.append(i == 0 ? "" : ",");
      string(json, keys.getString(i).toString()).append(':');
      value(json, type.getValueType(), getter.getElementOrNull(map.valueArray(), i));
    }
    json.append('}');
  }

  private static StringBuilder string(StringBuilder json, String text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ' || Character.isSurrogate(c)) {
        json.append("\\u").append(HexFormat.of().toHexDigits(c));
      } else {
        json.append(c);
      }
    }
    return json.append('"');
  }
}
