package io.sluice.delta.parquet;

import static org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit.MICROS;
import static org.apache.parquet.schema.LogicalTypeAnnotation.dateType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.decimalType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.intType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.listType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.mapType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timestampType;
import static org.apache.parquet.schema.Type.Repetition.OPTIONAL;
import static org.apache.parquet.schema.Type.Repetition.REPEATED;
import static org.apache.parquet.schema.Type.Repetition.REQUIRED;

import io.sluice.delta.schema.DeltaTypes;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/** Flink types to Parquet types, as the Parquet specification and Spark's readers want them. */
@Internal
public final class ParquetTypes {

  /** Greatest decimal precision that fits an int32 and an int64. */
  static final int INT_DIGITS = 9;

  static final int LONG_DIGITS = 18;

  private ParquetTypes() {}

  public static MessageType message(RowType type) {
    return new MessageType("spark_schema", fields(type));
  }

  private static List<Type> fields(RowType type) {
    List<Type> fields = new ArrayList<>();
    for (RowType.RowField field : type.getFields()) {
      fields.add(type(field.getType(), field.getName(), OPTIONAL));
    }
    return fields;
  }

  private static Type type(LogicalType type, String name, Type.Repetition repetition) {
    return switch (type.getTypeRoot()) {
      case BOOLEAN -> primitive(PrimitiveTypeName.BOOLEAN, null, name, repetition);
      case TINYINT -> primitive(PrimitiveTypeName.INT32, intType(8, true), name, repetition);
      case SMALLINT -> primitive(PrimitiveTypeName.INT32, intType(16, true), name, repetition);
      case INTEGER -> primitive(PrimitiveTypeName.INT32, null, name, repetition);
      case BIGINT -> primitive(PrimitiveTypeName.INT64, null, name, repetition);
      case FLOAT -> primitive(PrimitiveTypeName.FLOAT, null, name, repetition);
      case DOUBLE -> primitive(PrimitiveTypeName.DOUBLE, null, name, repetition);
      case DECIMAL -> decimal(type, name, repetition);
      case CHAR, VARCHAR -> primitive(PrimitiveTypeName.BINARY, stringType(), name, repetition);
      case BINARY, VARBINARY -> primitive(PrimitiveTypeName.BINARY, null, name, repetition);
      case DATE -> primitive(PrimitiveTypeName.INT32, dateType(), name, repetition);
      case TIMESTAMP_WITHOUT_TIME_ZONE ->
          primitive(PrimitiveTypeName.INT64, timestampType(false, MICROS), name, repetition);
      case TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
          primitive(PrimitiveTypeName.INT64, timestampType(true, MICROS), name, repetition);
      case ARRAY -> list(type.getChildren().get(0), name, repetition);
      case MAP -> map(type, name, repetition);
      case ROW -> new GroupType(repetition, name, fields((RowType) type));
      default -> throw DeltaTypes.unsupported(type, name);
    };
  }

  private static PrimitiveType primitive(
      PrimitiveTypeName physical,
      LogicalTypeAnnotation logical,
      String name,
      Type.Repetition repetition) {
    return Types.primitive(physical, repetition).as(logical).named(name);
  }

  private static PrimitiveType decimal(LogicalType type, String name, Type.Repetition repetition) {
    int precision = LogicalTypeChecks.getPrecision(type);
    LogicalTypeAnnotation logical = decimalType(LogicalTypeChecks.getScale(type), precision);
    if (precision <= INT_DIGITS) {
      return primitive(PrimitiveTypeName.INT32, logical, name, repetition);
    }
    if (precision <= LONG_DIGITS) {
      return primitive(PrimitiveTypeName.INT64, logical, name, repetition);
    }
    return Types.primitive(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, repetition)
        .length(decimalBytes(precision))
        .as(logical)
        .named(name);
  }

  /** Bytes of the smallest two's complement form that holds every decimal of this precision. */
  static int decimalBytes(int precision) {
    return BigInteger.TEN.pow(precision).subtract(BigInteger.ONE).bitLength() / 8 + 1;
  }

  private static GroupType list(LogicalType element, String name, Type.Repetition repetition) {
    GroupType repeated = new GroupType(REPEATED, "list", type(element, "element", OPTIONAL));
    return Types.buildGroup(repetition).as(listType()).addField(repeated).named(name);
  }

  private static GroupType map(LogicalType type, String name, Type.Repetition repetition) {
    GroupType repeated =
        new GroupType(
            REPEATED,
            "key_value",
            type(type.getChildren().get(0), "key", REQUIRED),
            type(type.getChildren().get(1), "value", OPTIONAL));
    return Types.buildGroup(repetition).as(mapType()).addField(repeated).named(name);
  }
}
