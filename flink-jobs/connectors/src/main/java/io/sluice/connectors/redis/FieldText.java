package io.sluice.connectors.redis;

import java.io.Serializable;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.HexFormat;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/**
 * A column's value as text: numbers in plain decimal, instants in ISO-8601 and UTC, local
 * timestamps, dates and times in ISO-8601, bytes in hexadecimal. A column of type TIME holds an int
 * of milliseconds, with a precision above 3 a long of microseconds. The column is not null.
 */
@FunctionalInterface
interface FieldText extends Serializable {
  long NANOS_PER_DAY = 86_400_000_000_000L;

  String text(RowData row, int column);

  /**
   * The text of a type.
   *
   * @throws IllegalArgumentException for a type that has no text, such as an array
   */
  static FieldText of(String view, String name, LogicalType type) {
    return switch (type.getTypeRoot()) {
      case CHAR, VARCHAR -> (row, i) -> row.getString(i).toString();
      case BOOLEAN -> (row, i) -> Boolean.toString(row.getBoolean(i));
      case TINYINT -> (row, i) -> Byte.toString(row.getByte(i));
      case SMALLINT -> (row, i) -> Short.toString(row.getShort(i));
      case INTEGER -> (row, i) -> Integer.toString(row.getInt(i));
      case BIGINT -> (row, i) -> Long.toString(row.getLong(i));
      case FLOAT -> (row, i) -> Float.toString(row.getFloat(i));
      case DOUBLE -> (row, i) -> Double.toString(row.getDouble(i));
      case DECIMAL -> {
        int precision = ((DecimalType) type).getPrecision();
        int scale = ((DecimalType) type).getScale();
        yield (row, i) -> row.getDecimal(i, precision, scale).toBigDecimal().toPlainString();
      }
      case DATE -> (row, i) -> LocalDate.ofEpochDay(row.getInt(i)).toString();
      case TIME_WITHOUT_TIME_ZONE ->
          LogicalTypeChecks.getPrecision(type) > 3
              ? (row, i) -> timeOfDay(row.getLong(i), 1_000)
              : (row, i) -> timeOfDay(row.getInt(i), 1_000_000);
      case TIMESTAMP_WITHOUT_TIME_ZONE -> {
        int precision = LogicalTypeChecks.getPrecision(type);
        yield (row, i) -> row.getTimestamp(i, precision).toLocalDateTime().toString();
      }
      case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> {
        int precision = LogicalTypeChecks.getPrecision(type);
        yield (row, i) -> row.getTimestamp(i, precision).toInstant().toString();
      }
      case BINARY, VARBINARY -> (row, i) -> HexFormat.of().formatHex(row.getBinary(i));
      default ->
          throw new IllegalArgumentException(
              "Redis view "
                  + view
                  + ": column "
                  + name
                  + " of type "
                  + type.asSummaryString()
                  + " has no text form; leave it out of the view");
    };
  }

  /** A number that is no time of day stays a number. */
  private static String timeOfDay(long units, long nanosPerUnit) {
    return units < 0 || units >= NANOS_PER_DAY / nanosPerUnit
        ? Long.toString(units)
        : LocalTime.ofNanoOfDay(units * nanosPerUnit).toString();
  }
}
