package io.sluice.delta.parquet;

import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.BinaryType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.MapType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import org.apache.flink.annotation.Internal;

/** Lets strings be read as the bytes they are, which {@link FlinkValues} wants. */
@Internal
public final class TextAsBytes {

  private TextAsBytes() {}

  /** Puts binary in the place of string at every depth of a schema. */
  public static StructType in(StructType struct) {
    return new StructType(
        struct.fields().stream()
            .map(
                field ->
                    field.isMetadataColumn()
                        ? field
                        : new StructField(
                            field.getName(),
                            in(field.getDataType()),
                            field.isNullable(),
                            field.getMetadata()))
            .toList());
  }

  private static DataType in(DataType type) {
    if (type instanceof StringType) {
      return BinaryType.BINARY;
    } else if (type instanceof StructType struct) {
      return in(struct);
    } else if (type instanceof ArrayType array) {
      return new ArrayType(in(array.getElementType()), array.containsNull());
    } else if (type instanceof MapType map) {
      return new MapType(in(map.getKeyType()), in(map.getValueType()), map.isValueContainsNull());
    }
    return type;
  }
}
