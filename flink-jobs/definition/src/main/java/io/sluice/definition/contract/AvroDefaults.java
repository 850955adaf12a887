package io.sluice.definition.contract;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.apache.avro.JsonProperties;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;

/**
 * Checks that the columns of a schema can hold its own defaults. Avro compares them with the
 * physical type only, so that each record that needs the default would be rejected.
 */
final class AvroDefaults {
  private static final long MILLIS_OF_DAY = 86_400_000L;
  private static final long MICROS_OF_DAY = 86_400_000_000L;

  private final BiConsumer<String, String> problems;

  /** Full names of the records that were looked at. */
  private final Set<String> done = new HashSet<>();

  private AvroDefaults(BiConsumer<String, String> problems) {
    this.problems = problems;
  }

  /**
   * Looks at the fields of a record and of records that stand right in it, each record once.
   *
   * @param problems takes the path of field names, joined by dots, and what is wrong there
   */
  static void check(Schema schema, BiConsumer<String, String> problems) {
    if (schema.getType() == Schema.Type.RECORD) {
      new AvroDefaults(problems).fields(schema, "");
    }
  }

  private void fields(Schema record, String path) {
    if (!done.add(record.getFullName())) {
      return;
    }
    for (Schema.Field field : record.getFields()) {
      String at = path.isEmpty() ? field.name() : path + "." + field.name();
      if (field.hasDefaultValue()) {
        value(field.schema(), field.defaultVal(), at);
      }
      if (field.schema().getType() == Schema.Type.RECORD) {
        fields(field.schema(), at);
      }
    }
  }

  private void value(Schema schema, Object value, String path) {
    if (value == JsonProperties.NULL_VALUE) {
      return;
    }
    switch (schema.getType()) {
      // The default of a union is one of its first type.
      case UNION -> value(schema.getTypes().get(0), value, path);
      case INT, LONG -> number(schema, ((Number) value).longValue(), path);
      case BYTES, FIXED -> bytes(schema, (byte[]) value, path);
      case ENUM -> {
        if (!schema.hasEnumSymbol((String) value)) {
          problem(path, "'" + value + "'", "is none of " + schema.getEnumSymbols());
        }
      }
      case ARRAY -> ((List<?>) value).forEach(item -> value(schema.getElementType(), item, path));
      case MAP ->
          ((Map<?, ?>) value).values().forEach(item -> value(schema.getValueType(), item, path));
      case RECORD ->
          ((Map<?, ?>) value)
              .forEach(
                  (name, item) -> {
                    Schema.Field field = schema.getField((String) name);
                    if (field != null) {
                      value(field.schema(), item, path + "." + name);
                    }
                  });
      default -> {
        // Every value of the other types fits.
      }
    }
  }

  private void number(Schema schema, long value, String path) {
    String logical = schema.getLogicalType() == null ? "" : schema.getLogicalType().getName();
    boolean fits =
        switch (logical) {
          case "time-millis" -> value >= 0 && value < MILLIS_OF_DAY;
          case "time-micros" -> value >= 0 && value < MICROS_OF_DAY;
          case "timestamp-millis", "local-timestamp-millis" ->
              Math.abs(value / 1000) <= Long.MAX_VALUE / 1_000_000;
          default -> true;
        };
    if (!fits) {
      String limit =
          logical.startsWith("time-")
              ? "is no time of a day"
              : "is beyond what tables hold (microseconds)";
      problem(path, String.valueOf(value), limit);
    }
  }

  private void bytes(Schema schema, byte[] value, String path) {
    if (schema.getType() == Schema.Type.FIXED && value.length != schema.getFixedSize()) {
      problem(
          path,
          "of " + value.length + " bytes",
          "is not a fixed of " + schema.getFixedSize() + " bytes");
    } else if (schema.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      if (value.length == 0) {
        problem(path, "of no bytes", "is no number");
        return;
      }
      BigDecimal number = new BigDecimal(new BigInteger(value), decimal.getScale());
      if (number.precision() > decimal.getPrecision()) {
        problem(
            path,
            number.toPlainString(),
            "has more digits than a decimal(%d, %d)"
                .formatted(decimal.getPrecision(), decimal.getScale()));
      }
    }
  }

  private void problem(String path, String value, String reason) {
    problems.accept(path, "the default %s %s. Correct it.".formatted(value, reason));
  }
}
