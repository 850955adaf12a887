package io.sluice.runtime.row;

import io.sluice.definition.model.Column;
import io.sluice.definition.model.ColumnType;
import java.util.List;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.BooleanType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.DoubleType;
import org.apache.flink.table.types.logical.FloatType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.MapType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.TimestampType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;

/**
 * The one translation of a definition's column types into Flink's logical types. Instants become
 * TIMESTAMP_LTZ, local timestamps TIMESTAMP, in the precision that Avro carries; times of day stay
 * numbers (INT of milliseconds, BIGINT of microseconds), since no lake format has a time type.
 */
public final class RowTypes {
  private static final int MILLIS = 3;
  private static final int MICROS = 6;

  private RowTypes() {}

  /** The row type of these columns, in order. */
  public static RowType rowType(List<Column> columns) {
    return new RowType(false, fields(columns));
  }

  /** The logical type of one column. */
  public static LogicalType logicalType(Column column) {
    return logicalType(column.type(), column.nullable());
  }

  /** The logical type of a column type. */
  public static LogicalType logicalType(ColumnType type, boolean nullable) {
    if (type instanceof ColumnType.Simple simple) {
      return simple(simple).copy(nullable);
    }
    if (type instanceof ColumnType.Decimal decimal) {
      return new DecimalType(nullable, decimal.precision(), decimal.scale());
    }
    if (type instanceof ColumnType.Array array) {
      return new ArrayType(nullable, logicalType(array.element(), array.elementNullable()));
    }
    if (type instanceof ColumnType.MapOf map) {
      return new MapType(
          nullable,
          VarCharType.STRING_TYPE.copy(false),
          logicalType(map.value(), map.valueNullable()));
    }
    return new RowType(nullable, fields(((ColumnType.Struct) type).columns()));
  }

  private static List<RowType.RowField> fields(List<Column> columns) {
    return columns.stream()
        .map(column -> new RowType.RowField(column.name(), logicalType(column)))
        .toList();
  }

  private static LogicalType simple(ColumnType.Simple type) {
    return switch (type) {
      case BOOLEAN -> new BooleanType();
      case INT, TIME_MILLIS -> new IntType();
      case LONG, TIME_MICROS -> new BigIntType();
      case FLOAT -> new FloatType();
      case DOUBLE -> new DoubleType();
      case STRING -> VarCharType.STRING_TYPE;
      case BYTES -> new VarBinaryType(VarBinaryType.MAX_LENGTH);
      case DATE -> new DateType();
      case TIMESTAMP_MILLIS -> new LocalZonedTimestampType(MILLIS);
      case TIMESTAMP_MICROS -> new LocalZonedTimestampType(MICROS);
      case LOCAL_TIMESTAMP_MILLIS -> new TimestampType(MILLIS);
      case LOCAL_TIMESTAMP_MICROS -> new TimestampType(MICROS);
    };
  }
}
