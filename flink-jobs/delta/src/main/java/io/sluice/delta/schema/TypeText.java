package io.sluice.delta.schema;

import static java.util.stream.Collectors.joining;

import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DecimalType;
import io.delta.kernel.types.MapType;
import io.delta.kernel.types.StructType;
import org.apache.flink.annotation.Internal;

/** Delta types as people write them: {@code map<string, decimal(10,2)>}. */
@Internal
public final class TypeText {

  private TypeText() {}

  public static String of(DataType type) {
    if (type instanceof ArrayType array) {
      return "array<%s>".formatted(of(array.getElementType()));
    } else if (type instanceof MapType map) {
      return "map<%s, %s>".formatted(of(map.getKeyType()), of(map.getValueType()));
    } else if (type instanceof StructType struct) {
      return struct.fields().stream()
          .map(field -> field.getName() + ": " + of(field.getDataType()))
          .collect(joining(", ", "struct<", ">"));
    } else if (type instanceof DecimalType decimal) {
      return "decimal(%d,%d)".formatted(decimal.getPrecision(), decimal.getScale());
    }
    return type.toString();
  }
}
