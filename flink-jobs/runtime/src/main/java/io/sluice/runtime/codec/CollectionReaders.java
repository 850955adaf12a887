package io.sluice.runtime.codec;

import java.io.IOException;
import java.lang.reflect.Array;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.StringData;

/** Readers of arrays and maps, which come in blocks, each with its count in front. */
final class CollectionReaders {
  private CollectionReaders() {}

  /** Arrays of boxed values, or of primitives where the element type allows it. */
  static final class ArrayReader implements ValueReader {
    private final Class<?> component;
    private final ValueReader element;
    private final int minimumBytes;

    private ArrayReader(Class<?> component, ValueReader element, int minimumBytes) {
      this.component = component;
      this.element = element;
      this.minimumBytes = minimumBytes;
    }

    /**
     * @param elementType the reader's type of the elements
     * @param minimumBytes the fewest bytes that a written element takes
     */
    static ArrayReader of(Schema elementType, ValueReader element, int minimumBytes) {
      return new ArrayReader(component(elementType), element, minimumBytes);
    }

    private static Class<?> component(Schema type) {
      return switch (type.getType()) {
        case BOOLEAN -> boolean.class;
        case INT -> int.class;
        case LONG -> isTimestamp(type) ? Object.class : long.class;
        case FLOAT -> float.class;
        case DOUBLE -> double.class;
        default -> Object.class;
      };
    }

    private static boolean isTimestamp(Schema type) {
      return type.getLogicalType() != null
          && !(type.getLogicalType() instanceof LogicalTypes.TimeMicros);
    }

    @Override
    public GenericArrayData read(AvroInput in) throws IOException, CodecException {
      Object values = Array.newInstance(component, 0);
      int size = 0;
      int count;
      int capacity = 0;
      while ((count = in.readBlockCount(minimumBytes)) > 0) {
        if (size + count > capacity) {
          // One block, the usual case, fits exactly; many small ones grow by doubling.
          capacity = Math.max(size + count, 2 * size);
          values = resized(values, size, capacity);
        }
        fill(in, values, size, count);
        size += count;
      }
      return wrap(size == capacity ? values : resized(values, size, size));
    }

    private Object resized(Object values, int size, int capacity) {
      Object resized = Array.newInstance(component, capacity);
      System.arraycopy(values, 0, resized, 0, size);
      return resized;
    }

    private void fill(AvroInput in, Object values, int from, int count)
        throws IOException, CodecException {
      for (int i = from; i < from + count; i++) {
        Object value = element.read(in);
        if (values instanceof long[] longs) {
          longs[i] = (long) value;
        } else if (values instanceof double[] doubles) {
          doubles[i] = (double) value;
        } else if (values instanceof int[] ints) {
          ints[i] = (int) value;
        } else if (values instanceof float[] floats) {
          floats[i] = (float) value;
        } else if (values instanceof boolean[] booleans) {
          booleans[i] = (boolean) value;
        } else {
          ((Object[]) values)[i] = value;
        }
      }
    }

    private static GenericArrayData wrap(Object values) {
      if (values instanceof long[] longs) {
        return new GenericArrayData(longs);
      }
      if (values instanceof double[] doubles) {
        return new GenericArrayData(doubles);
      }
      if (values instanceof int[] ints) {
        return new GenericArrayData(ints);
      }
      if (values instanceof float[] floats) {
        return new GenericArrayData(floats);
      }
      if (values instanceof boolean[] booleans) {
        return new GenericArrayData(booleans);
      }
      return new GenericArrayData((Object[]) values);
    }
  }

  /** Maps from strings; of a key that comes twice the last value stands, as in Avro. */
  record MapReader(ValueReader value, int minimumBytes) implements ValueReader {
    @Override
    public GenericMapData read(AvroInput in) throws IOException, CodecException {
      Map<StringData, Object> values = new HashMap<>();
      int count;
      while ((count = in.readBlockCount(minimumBytes)) > 0) {
        for (int i = 0; i < count; i++) {
          StringData key = in.readString();
          values.put(key, value.read(in));
        }
      }
      return new GenericMapData(values);
    }
  }
}
