package io.sluice.delta.schema;

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
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampNTZType;
import io.delta.kernel.types.TimestampType;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.SmallIntType;
import org.apache.flink.table.types.logical.TinyIntType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;

/** Delta types to Flink types: the reverse of {@link DeltaTypes}. */
@Internal
public final class FlinkTypes {

  private static final int MICROS = 6;

  private FlinkTypes() {}

  /** Fails, naming the column, for types that this package does not know. */
  public static RowType toFlink(StructType struct) {
    return struct(struct, "");
  }

  private static RowType struct(StructType struct, String prefix) {
    List<RowType.RowField> fields = new ArrayList<>();
    for (StructField field : struct.fields()) {
      fields.add(
          new RowType.RowField(
              field.getName(), toFlink(field.getDataType(), prefix + field.getName())));
    }
    return new RowType(fields);
  }

  private static LogicalType toFlink(DataType type, String column) {
    if (type instanceof StringType) {
      return VarCharType.STRING_TYPE;
    } else if (type instanceof LongType) {
      return new BigIntType();
    } else if (type instanceof IntegerType) {
      return new org.apache.flink.table.types.logical.IntType();
    } else if (type instanceof ShortType) {
      return new SmallIntType();
    } else if (type instanceof ByteType) {
      return new TinyIntType();
    } else if (type instanceof BooleanType) {
      return new org.apache.flink.table.types.logical.BooleanType();
    } else if (type instanceof FloatType) {
      return new org.apache.flink.table.types.logical.FloatType();
    } else if (type instanceof DoubleType) {
      return new org.apache.flink.table.types.logical.DoubleType();
    } else if (type instanceof BinaryType) {
      return new VarBinaryType(VarBinaryType.MAX_LENGTH);
    } else if (type instanceof DecimalType decimal) {
      return new org.apache.flink.table.types.logical.DecimalType(
          decimal.getPrecision(), decimal.getScale());
    }
    return temporalOrNested(type, column);
  }

  private static LogicalType temporalOrNested(DataType type, String column) {
    if (type instanceof DateType) {
      return new org.apache.flink.table.types.logical.DateType();
    } else if (type instanceof TimestampType) {
      return new LocalZonedTimestampType(MICROS);
    } else if (type instanceof TimestampNTZType) {
      return new org.apache.flink.table.types.logical.TimestampType(MICROS);
    } else if (type instanceof ArrayType array) {
      return new org.apache.flink.table.types.logical.ArrayType(
          toFlink(array.getElementType(), column + ".element"));
    } else if (type instanceof MapType map) {
      return new org.apache.flink.table.types.logical.MapType(
          toFlink(map.getKeyType(), column + ".key"),
          toFlink(map.getValueType(), column + ".value"));
    } else if (type instanceof StructType struct) {
      return struct(struct, column + ".");
    }
    throw new IllegalArgumentException(
        "Column '"
            + column
            + "' has the Delta type "
            + type
            + ", which Sluice does not know. Read and maintain this table with Spark");
  }
}
