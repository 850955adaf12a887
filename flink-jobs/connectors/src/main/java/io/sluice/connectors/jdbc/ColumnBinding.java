package io.sluice.connectors.jdbc;

import java.io.Serializable;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.time.temporal.Temporal;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/**
 * How a column is declared in PostgreSQL and how its value is bound.
 *
 * @param sqlType PostgreSQL type
 * @param jdbcType constant of {@link Types}, for nulls
 * @param value the object for the driver, of a column that is not null
 */
record ColumnBinding(String sqlType, int jdbcType, Value value) implements Serializable {
  /** 4713 BC, counted with a year 0. */
  private static final int FIRST_YEAR = -4712;

  /** Takes a value out of a row. */
  @FunctionalInterface
  interface Value extends Serializable {
    Object of(RowData row, int column);
  }

  /**
   * The binding for a type.
   *
   * @throws IllegalArgumentException for a type that a view's table cannot hold
   */
  static ColumnBinding of(String table, String column, LogicalType type) {
    return switch (type.getTypeRoot()) {
      case CHAR, VARCHAR ->
          new ColumnBinding("text", Types.VARCHAR, (row, i) -> row.getString(i).toString());
      case BOOLEAN -> new ColumnBinding("boolean", Types.BOOLEAN, RowData::getBoolean);
      case TINYINT ->
          new ColumnBinding("smallint", Types.SMALLINT, (row, i) -> (short) row.getByte(i));
      case SMALLINT -> new ColumnBinding("smallint", Types.SMALLINT, RowData::getShort);
      case INTEGER -> new ColumnBinding("integer", Types.INTEGER, RowData::getInt);
      case BIGINT -> new ColumnBinding("bigint", Types.BIGINT, RowData::getLong);
      case FLOAT -> new ColumnBinding("real", Types.REAL, RowData::getFloat);
      case DOUBLE -> new ColumnBinding("double precision", Types.DOUBLE, RowData::getDouble);
      case DECIMAL -> decimal((DecimalType) type);
      case DATE ->
          new ColumnBinding(
              "date", Types.DATE, (row, i) -> known(LocalDate.ofEpochDay(row.getInt(i))));
      case TIME_WITHOUT_TIME_ZONE -> new ColumnBinding("time", Types.TIME, timeOfDay(type));
      case TIMESTAMP_WITHOUT_TIME_ZONE -> {
        int precision = LogicalTypeChecks.getPrecision(type);
        yield new ColumnBinding(
            "timestamp",
            Types.TIMESTAMP,
            (row, i) -> known(row.getTimestamp(i, precision).toLocalDateTime()));
      }
      case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> {
        int precision = LogicalTypeChecks.getPrecision(type);
        yield new ColumnBinding(
            "timestamptz",
            Types.TIMESTAMP_WITH_TIMEZONE,
            (row, i) -> known(row.getTimestamp(i, precision).toInstant().atOffset(ZoneOffset.UTC)));
      }
      case BINARY, VARBINARY -> new ColumnBinding("bytea", Types.BINARY, RowData::getBinary);
      default ->
          throw new IllegalArgumentException(
              "table "
                  + table
                  + ": column "
                  + column
                  + " of type "
                  + type.asSummaryString()
                  + " has no PostgreSQL type here; leave it out of the view");
    };
  }

  private static ColumnBinding decimal(DecimalType type) {
    int precision = type.getPrecision();
    int scale = type.getScale();
    return new ColumnBinding(
        "numeric(" + precision + "," + scale + ")",
        Types.NUMERIC,
        (row, i) -> row.getDecimal(i, precision, scale).toBigDecimal());
  }

  /** A long of microseconds has no place in Flink's own representation of the type. */
  private static Value timeOfDay(LogicalType type) {
    return LogicalTypeChecks.getPrecision(type) > 3
        ? (row, i) -> LocalTime.ofNanoOfDay(Math.multiplyExact(row.getLong(i), 1_000L))
        : (row, i) -> LocalTime.ofNanoOfDay(row.getInt(i) * 1_000_000L);
  }

  /** The driver writes older ones as minus infinity; younger ones are refused by the server. */
  private static <T extends Temporal> T known(T time) {
    if (time.get(ChronoField.YEAR) < FIRST_YEAR) {
      throw new DateTimeException(
          time + " is before PostgreSQL's calendar, which begins in 4713 BC");
    }
    return time;
  }

  /**
   * The value for the driver, or null.
   *
   * @throws DateTimeException for a time that PostgreSQL cannot hold
   */
  Object value(RowData row, int column) {
    if (row.isNullAt(column)) {
      return null;
    }
    try {
      return value.of(row, column);
    } catch (ArithmeticException e) {
      throw new DateTimeException(e.getMessage(), e);
    }
  }

  /**
   * @param bound what {@link #value(RowData, int)} gave
   */
  void bind(PreparedStatement statement, int parameter, Object bound) throws SQLException {
    if (bound == null) {
      statement.setNull(parameter, jdbcType);
    } else {
      statement.setObject(parameter, bound);
    }
  }
}
