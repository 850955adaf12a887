package io.sluice.runtime.codec;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * Passes over values of fields that the reader does not have. Works for recursive schemas as well;
 * the depth of their data is bounded.
 */
final class Skippers {
  private final Map<String, ValueReader> records = new HashMap<>();
  private final MinimumBytes minimum = new MinimumBytes();

  /** A reader that leaves the value out and returns null. */
  ValueReader of(Schema writer) {
    return skipper(writer);
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
    int minimumBytes = minimum.of(elementType);
    return in -> skipBlocks(in, element, minimumBytes);
  }

  private ValueReader map(Schema valueType) {
    ValueReader value = skipper(valueType);
    ValueReader entry =
        in -> {
          skipPrefixed(in);
          return value.read(in);
        };
    int minimumBytes = minimum.ofEntry(valueType);
    return in -> skipBlocks(in, entry, minimumBytes);
  }

  private static Object skipBlocks(AvroInput in, ValueReader element, int minimumBytes)
      throws IOException, CodecException {
    in.enter();
    long count;
    while ((count = in.skipBlock(minimumBytes)) >= 0) {
      for (long i = 0; i < count; i++) {
        element.read(in);
      }
    }
    in.leave();
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
          in.enter();
          for (ValueReader field : fields) {
            field.read(in);
          }
          in.leave();
          return null;
        };
    // Known before its fields are, so that a record may contain itself.
    records.put(schema.getFullName(), skipper);
    for (int i = 0; i < fields.length; i++) {
      fields[i] = skipper(schema.getFields().get(i).schema());
    }
    return skipper;
  }
}
