package io.sluice.runtime.codec;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.util.Utf8;

/** Random values of a schema in Avro's generic representation, extremes among them. */
final class RandomValues {
  private static final List<String> TEXTS =
      List.of("", "a", "ünïcödé", "日本語のテキスト", "\uD83D\uDE80 up", "x".repeat(40), "\u0000");

  private final Random random;

  RandomValues(Random random) {
    this.random = random;
  }

  Object of(Schema schema) {
    return switch (schema.getType()) {
      case NULL -> null;
      case BOOLEAN -> random.nextBoolean();
      case INT -> (int) time(schema, number(Integer.SIZE));
      case LONG -> time(schema, number(Long.SIZE));
      case FLOAT -> random.nextInt(5) == 0 ? Float.NaN : random.nextFloat();
      case DOUBLE -> random.nextInt(5) == 0 ? Double.NEGATIVE_INFINITY : random.nextGaussian();
      case STRING -> new Utf8(text());
      case BYTES ->
          ByteBuffer.wrap(
              schema.getLogicalType() == null
                  ? bytes(random.nextInt(30))
                  : unscaled(schema).toByteArray());
      case FIXED -> new GenericData.Fixed(schema, fixed(schema));
      case ENUM ->
          new GenericData.EnumSymbol(
              schema, schema.getEnumSymbols().get(random.nextInt(schema.getEnumSymbols().size())));
      case ARRAY -> array(schema);
      case MAP -> map(schema);
      case UNION -> of(schema.getTypes().get(random.nextInt(schema.getTypes().size())));
      case RECORD -> record(schema);
    };
  }

  private long number(int bits) {
    long value = random.nextLong() >> random.nextInt(bits);
    return bits == Integer.SIZE ? (int) value : value;
  }

  /** Within what a column of the type can hold. */
  private static long time(Schema schema, long number) {
    if (schema.getLogicalType() instanceof LogicalTypes.TimeMillis) {
      return Math.floorMod(number, 86_400_000L);
    }
    if (schema.getLogicalType() instanceof LogicalTypes.TimeMicros) {
      return Math.floorMod(number, 86_400_000_000L);
    }
    boolean millis =
        schema.getLogicalType() instanceof LogicalTypes.TimestampMillis
            || schema.getLogicalType() instanceof LogicalTypes.LocalTimestampMillis;
    return millis ? number / 1000 : number;
  }

  private String text() {
    return TEXTS.get(random.nextInt(TEXTS.size()));
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private BigInteger unscaled(Schema schema) {
    int precision = ((LogicalTypes.Decimal) schema.getLogicalType()).getPrecision();
    BigInteger limit = BigInteger.TEN.pow(1 + random.nextInt(precision));
    BigInteger value = new BigInteger(130, random).mod(limit);
    return random.nextBoolean() ? value.negate() : value;
  }

  private byte[] fixed(Schema schema) {
    if (schema.getLogicalType() == null) {
      return bytes(schema.getFixedSize());
    }
    byte[] shortest = unscaled(schema).toByteArray();
    byte[] padded = new byte[schema.getFixedSize()];
    java.util.Arrays.fill(padded, (byte) (shortest[0] < 0 ? -1 : 0));
    System.arraycopy(shortest, 0, padded, padded.length - shortest.length, shortest.length);
    return padded;
  }

  private List<Object> array(Schema schema) {
    List<Object> values = new ArrayList<>();
    for (int i = random.nextInt(5); i > 0; i--) {
      values.add(of(schema.getElementType()));
    }
    return values;
  }

  private Map<Utf8, Object> map(Schema schema) {
    Map<Utf8, Object> values = new HashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      values.put(new Utf8(text()), of(schema.getValueType()));
    }
    return values;
  }

  GenericData.Record record(Schema schema) {
    GenericData.Record record = new GenericData.Record(schema);
    for (Schema.Field field : schema.getFields()) {
      record.put(field.pos(), of(field.schema()));
    }
    return record;
  }
}
