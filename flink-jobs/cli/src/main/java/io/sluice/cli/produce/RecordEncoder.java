package io.sluice.cli.produce;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.Conversions;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;

/**
 * Writes records as the keys and values of Kafka messages. A value is in the Confluent format: the
 * byte 0, the schema id in four bytes, then Avro's binary encoding. Not safe for several threads.
 */
public final class RecordEncoder {
  private final List<String> keyColumns;
  private final byte[] prefix;
  private final GenericDatumWriter<GenericRecord> writer;
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(512);
  private BinaryEncoder encoder;

  /**
   * @param schema what the records are made of
   * @param schemaId the schema's id in the registry
   * @param keyColumns columns of the schema that make the message key; empty for messages without
   *     one
   */
  public RecordEncoder(Schema schema, int schemaId, List<String> keyColumns) {
    this.keyColumns = List.copyOf(keyColumns);
    this.prefix = ByteBuffer.allocate(5).put((byte) 0).putInt(schemaId).array();
    this.writer = new GenericDatumWriter<>(schema);
  }

  /** The message's value. */
  public byte[] value(GenericRecord record) {
    buffer.reset();
    buffer.writeBytes(prefix);
    encoder = EncoderFactory.get().binaryEncoder(buffer, encoder);
    try {
      writer.write(record, encoder);
      encoder.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("Writing to memory failed.", e);
    }
    return buffer.toByteArray();
  }

  /** The parts of the primary key joined by '|'; null when there is none or a part is null. */
  public byte[] key(GenericRecord record) {
    if (keyColumns.isEmpty()) {
      return null;
    }
    StringBuilder key = new StringBuilder();
    for (String column : keyColumns) {
      Object part = record.get(column);
      if (part == null) {
        return null;
      }
      if (!key.isEmpty()) {
        key.append('|');
      }
      key.append(text(record.getSchema().getField(column).schema(), part));
    }
    return key.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String text(Schema schema, Object value) {
    Schema type = schema;
    if (schema.getType() == Schema.Type.UNION) {
      type =
          schema.getTypes().stream()
              .filter(branch -> branch.getType() != Schema.Type.NULL)
              .findFirst()
              .orElse(schema);
    }
    LogicalType logical = type.getLogicalType();
    if (value instanceof ByteBuffer bytes) {
      return logical instanceof LogicalTypes.Decimal
          ? plain(new Conversions.DecimalConversion().fromBytes(bytes.duplicate(), type, logical))
          : HexFormat.of().formatHex(bytes.array());
    }
    if (value instanceof GenericFixed fixed) {
      return logical instanceof LogicalTypes.Decimal
          ? plain(new Conversions.DecimalConversion().fromFixed(fixed, type, logical))
          : HexFormat.of().formatHex(fixed.bytes());
    }
    return value.toString();
  }

  private static String plain(BigDecimal value) {
    return value.toPlainString();
  }
}
