package io.sluice.runtime.codec;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;

/** Avro's own writer and reader, and a plain translation of what the reader gives into rows. */
final class AvroOracle {
  private static final GenericData RAW = new GenericData();

  private AvroOracle() {}

  /** Encodes with or without the byte sizes of blocks, by {@code blocking}. */
  static byte[] encode(Schema schema, Object value, boolean blocking) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder =
        blocking
            ? new EncoderFactory().configureBlockSize(64).blockingBinaryEncoder(out, null)
            : EncoderFactory.get().binaryEncoder(out, null);
    try {
      new GenericDatumWriter<>(schema, RAW).write(value, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return out.toByteArray();
  }

  static byte[] encode(Schema schema, Object value) {
    return encode(schema, value, false);
  }

  static GenericRowData decode(Schema writer, Schema reader, byte[] bytes) throws IOException {
    Object value =
        new GenericDatumReader<>(writer, reader, RAW)
            .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
    return (GenericRowData) internal(reader, value);
  }

  private static Object internal(Schema schema, Object value) {
    if (value == null) {
      return null;
    }
    return switch (schema.getType()) {
      case UNION ->
          internal(
              schema.getTypes().stream()
                  .filter(t -> t.getType() != Schema.Type.NULL)
                  .findFirst()
                  .orElseThrow(),
              value);
      case RECORD -> row(schema, (IndexedRecord) value);
      case ARRAY -> array(schema.getElementType(), (Collection<?>) value);
      case MAP -> map(schema.getValueType(), (Map<?, ?>) value);
      case STRING, ENUM -> StringData.fromString(value.toString());
      case BYTES -> binary(schema.getLogicalType(), bytes((ByteBuffer) value));
      case FIXED -> binary(schema.getLogicalType(), ((GenericFixed) value).bytes());
      case LONG -> time(schema.getLogicalType(), (Long) value);
      default -> value;
    };
  }

  private static GenericRowData row(Schema schema, IndexedRecord record) {
    GenericRowData row = new GenericRowData(schema.getFields().size());
    for (Schema.Field field : schema.getFields()) {
      row.setField(field.pos(), internal(field.schema(), record.get(field.pos())));
    }
    return row;
  }

  private static GenericArrayData array(Schema element, Collection<?> values) {
    List<Object> objects = new java.util.ArrayList<>();
    values.forEach(value -> objects.add(internal(element, value)));
    boolean timestamp =
        element.getLogicalType() != null
            && !(element.getLogicalType() instanceof LogicalTypes.TimeMicros);
    return switch (element.getType()) {
      case BOOLEAN -> {
        boolean[] array = new boolean[objects.size()];
        for (int i = 0; i < array.length; i++) {
          array[i] = (boolean) objects.get(i);
        }
        yield new GenericArrayData(array);
      }
      case INT -> new GenericArrayData(objects.stream().mapToInt(o -> (int) o).toArray());
      case LONG ->
          timestamp
              ? new GenericArrayData(objects.toArray())
              : new GenericArrayData(objects.stream().mapToLong(o -> (long) o).toArray());
      case FLOAT -> {
        float[] array = new float[objects.size()];
        for (int i = 0; i < array.length; i++) {
          array[i] = (float) objects.get(i);
        }
        yield new GenericArrayData(array);
      }
      case DOUBLE -> new GenericArrayData(objects.stream().mapToDouble(o -> (double) o).toArray());
      default -> new GenericArrayData(objects.toArray());
    };
  }

  private static GenericMapData map(Schema valueType, Map<?, ?> values) {
    Map<Object, Object> converted = new HashMap<>();
    values.forEach(
        (key, value) ->
            converted.put(StringData.fromString(key.toString()), internal(valueType, value)));
    return new GenericMapData(converted);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static Object binary(LogicalType type, byte[] bytes) {
    if (type instanceof LogicalTypes.Decimal decimal) {
      return DecimalData.fromBigDecimal(
          new BigDecimal(new BigInteger(bytes), decimal.getScale()),
          decimal.getPrecision(),
          decimal.getScale());
    }
    return bytes;
  }

  private static Object time(LogicalType type, long value) {
    if (type instanceof LogicalTypes.TimestampMillis
        || type instanceof LogicalTypes.LocalTimestampMillis) {
      return TimestampData.fromEpochMillis(value);
    }
    if (type instanceof LogicalTypes.TimestampMicros
        || type instanceof LogicalTypes.LocalTimestampMicros) {
      return TimestampData.fromInstant(Instant.EPOCH.plus(value, ChronoUnit.MICROS));
    }
    return value;
  }
}
