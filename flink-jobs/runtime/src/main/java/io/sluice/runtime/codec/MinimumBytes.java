package io.sluice.runtime.codec;

import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;

/**
 * The fewest bytes that a value of an Avro type can take, by which the counts of arrays and maps
 * are checked. Each record is looked at once.
 */
final class MinimumBytes {
  private static final int MOST = Integer.MAX_VALUE / 2;

  private final Map<String, Integer> records = new HashMap<>();

  /** Bytes of a value; a record within itself counts as none. */
  int of(Schema type) {
    return switch (type.getType()) {
      case NULL -> 0;
      case FLOAT -> Float.BYTES;
      case DOUBLE -> Double.BYTES;
      case FIXED -> Math.min(type.getFixedSize(), MOST);
      case UNION -> 1 + type.getTypes().stream().mapToInt(this::of).min().orElse(0);
      case RECORD -> ofRecord(type);
      default -> 1;
    };
  }

  /** Bytes of an entry of a map: the key takes at least its length prefix. */
  int ofEntry(Schema valueType) {
    return 1 + of(valueType);
  }

  private int ofRecord(Schema type) {
    Integer known = records.putIfAbsent(type.getFullName(), 0);
    if (known != null) {
      return known;
    }
    long sum = 0;
    for (Schema.Field field : type.getFields()) {
      sum += of(field.schema());
    }
    int bytes = (int) Math.min(sum, MOST);
    records.put(type.getFullName(), bytes);
    return bytes;
  }
}
