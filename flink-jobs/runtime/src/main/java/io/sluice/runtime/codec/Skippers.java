package io.sluice.runtime.codec;

import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;

/**
 * Passes over values of fields that the reader does not have. Works for recursive schemas as well;
 * the depth of their data is bounded.
 */
final class Skippers {
  private final Map<String, ValueReader> records = new HashMap<>();

  private Skippers() {}

  /** A reader that leaves the value out and returns null. */
  static ValueReader of(Schema writer) {
    return new Skippers().skipper(writer);
  }

  private ValueReader skipper(Schema schema) {
    return switch (schema.getType()) {
      case NULL -> in -> null;
      case BOOLEAN -> skipFixed(1);
      case INT -> in -> skipped(in.readInt());
      case LONG -> in -> skipped(in.readLong());
      case FLOAT -> skipFixed(Float.BYTES);
      case DOUBLE -> skipFixed(Double.BYTES);
      case FIXED -> skipFixed(schema.getFixedSize());
      case STRING, BYTES -> in -> skipPrefixed(in);
      case ENUM -> {
        int symbols = schema.getEnumSymbols().size();
        yield in -> skipped(in.readIndex(symbols, "enum"));
      }
      case ARRAY -> array(schema.getElementType());
      case MAP -> map(schema.getValueType());
      case UNION -> union(schema.getTypes());
      case RECORD -> record(schema);
    };
  }

  private static Object skipped(long value) {
    return null;
  }

  private static Object skipPrefixed(AvroInput in) throws IOException, CodecException {
    in.skip(in.readLength());
    return null;
  }

  private static ValueReader skipFixed(int size) {
    return in -> {
      in.skip(size);
      return null;
    };
  }

  private ValueReader array(Schema elementType) {
    ValueReader element = skipper(elementType);
    int minimumBytes = minimumBytes(elementType);
    return in -> skipBlocks(in, element, minimumBytes);
  }

  private ValueReader map(Schema valueType) {
    ValueReader value = skipper(valueType);
    ValueReader entry =
        in -> {
          skipPrefixed(in);
          return value.read(in);
        };
    int minimumBytes = 1 + minimumBytes(valueType);
    return in -> skipBlocks(in, entry, minimumBytes);
  }

  private static Object skipBlocks(AvroInput in, ValueReader element, int minimumBytes)
      throws IOException, CodecException {
    long count;
    while ((count = in.skipBlock(minimumBytes)) >= 0) {
      for (long i = 0; i < count; i++) {
        element.read(in);
      }
    }
    return null;
  }

  private ValueReader union(List<Schema> types) {
    ValueReader[] branches = new ValueReader[types.size()];
    for (int i = 0; i < branches.length; i++) {
      branches[i] = skipper(types.get(i));
    }
    return in -> branches[in.readIndex(branches.length, "union")].read(in);
  }

  private ValueReader record(Schema schema) {
    ValueReader known = records.get(schema.getFullName());
    if (known != null) {
      return known;
    }
    ValueReader[] fields = new ValueReader[schema.getFields().size()];
    ValueReader skipper =
        in -> {
          in.enterRecord();
          for (ValueReader field : fields) {
            field.read(in);
          }
          in.leaveRecord();
          return null;
        };
    // Known before its fields are, so that a record may contain itself.
    records.put(schema.getFullName(), skipper);
    for (int i = 0; i < fields.length; i++) {
      fields[i] = skipper(schema.getFields().get(i).schema());
    }
    return skipper;
  }

  /** The fewest bytes that a value of the type can take; a record within itself counts as none. */
  static int minimumBytes(Schema type) {
    return minimumBytes(type, new HashSet<>());
  }

  private static int minimumBytes(Schema type, Set<String> open) {
    return switch (type.getType()) {
      case NULL -> 0;
      case FLOAT -> Float.BYTES;
      case DOUBLE -> Double.BYTES;
      case FIXED -> type.getFixedSize();
      case UNION ->
          1
              + type.getTypes().stream()
                  .mapToInt(branch -> minimumBytes(branch, open))
                  .min()
                  .orElse(0);
      case RECORD -> minimumBytesOfRecord(type, open);
      default -> 1;
    };
  }

  private static int minimumBytesOfRecord(Schema type, Set<String> open) {
    if (!open.add(type.getFullName())) {
      return 0;
    }
    long sum = 0;
    for (Schema.Field field : type.getFields()) {
      sum += minimumBytes(field.schema(), open);
    }
    open.remove(type.getFullName());
    return (int) Math.min(sum, Integer.MAX_VALUE / 2);
  }
}
