package io.sluice.delta.schema;

import io.delta.kernel.internal.types.DataTypeJsonSerDe;
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
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/**
 * Flink types to Delta types. Every Delta column is nullable, as Spark's writers do it: a stricter
 * column could never be relaxed without a metadata change, and the contract already says what is
 * required.
 */
@Internal
public final class DeltaTypes {

  private static final long MICROS_PER_MILLI = 1_000;
  private static final long FIRST_MILLI = Long.MIN_VALUE / MICROS_PER_MILLI;
  private static final long LAST_MILLI = Long.MAX_VALUE / MICROS_PER_MILLI;

  private DeltaTypes() {}

  public static StructType toDelta(RowType type) {
    return struct(type, "");
  }

  /**
   * Reads a schema.
   *
   * @param json as the metadata of a table has it
   */
  public static StructType parse(String json) {
    return DataTypeJsonSerDe.deserializeStructType(json);
  }

  private static StructType struct(RowType type, String prefix) {
    StructType struct = new StructType();
    for (RowType.RowField field : type.getFields()) {
      struct =
          struct.add(field.getName(), toDelta(field.getType(), prefix + field.getName()), true);
    }
    return struct;
  }

  private static DataType toDelta(LogicalType type, String column) {
    return switch (type.getTypeRoot()) {
      case BOOLEAN -> BooleanType.BOOLEAN;
      case TINYINT -> ByteType.BYTE;
      case SMALLINT -> ShortType.SHORT;
      case INTEGER -> IntegerType.INTEGER;
      case BIGINT -> LongType.LONG;
      case FLOAT -> FloatType.FLOAT;
      case DOUBLE -> DoubleType.DOUBLE;
      case DECIMAL ->
          new DecimalType(LogicalTypeChecks.getPrecision(type), LogicalTypeChecks.getScale(type));
      case CHAR, VARCHAR -> StringType.STRING;
      case BINARY, VARBINARY -> BinaryType.BINARY;
      case DATE -> DateType.DATE;
      case TIMESTAMP_WITHOUT_TIME_ZONE -> TimestampNTZType.TIMESTAMP_NTZ;
      case TIMESTAMP_WITH_LOCAL_TIME_ZONE -> TimestampType.TIMESTAMP;
      case ARRAY -> new ArrayType(toDelta(type.getChildren().get(0), column + ".element"), true);
      case MAP ->
          new MapType(
              toDelta(type.getChildren().get(0), column + ".key"),
              toDelta(type.getChildren().get(1), column + ".value"),
              true);
      case ROW -> struct((RowType) type, column + ".");
      default -> throw unsupported(type, column);
    };
  }

  public static IllegalArgumentException unsupported(LogicalType type, String column) {
    return new IllegalArgumentException(
        "Column '"
            + column
            + "' has type "
            + type.asSummaryString()
            + ", which Delta does not know. Convert it first, for example TIME to BIGINT microseconds.");
  }

  /**
   * Microseconds since the epoch, what is finer is cut off.
   *
   * @throws ArithmeticException if a long cannot count them
   */
  public static long micros(TimestampData value) {
    long millis = value.getMillisecond();
    long micros = millis * MICROS_PER_MILLI + value.getNanoOfMillisecond() / 1_000;
    if ((millis >= LAST_MILLI || millis <= FIRST_MILLI)
        && Math.floorDiv(micros, MICROS_PER_MILLI) != millis) {
      throw new ArithmeticException(
          "The timestamp %d ms is out of the range of microseconds, in which tables count. Turn such rows away in front of the sink"
              .formatted(millis));
    }
    return micros;
  }
}
