package io.sluice.runtime.codec;

import java.nio.charset.StandardCharsets;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.flink.table.data.StringData;

/** Readers of the types that have no parts. */
final class ScalarReaders {
  private ScalarReaders() {}

  static StringData utf8(String text) {
    return StringData.fromBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * @param writer the type that was written
   * @param reader the type to be read, the same or one that Avro promotes to
   */
  static ValueReader of(Schema writer, Schema reader) throws IncompatibleSchemaException {
    return switch (reader.getType()) {
      case NULL -> in -> null;
      case BOOLEAN -> AvroInput::readBoolean;
      case INT, LONG -> TimeReaders.integer(writer, reader);
      case FLOAT -> toFloat(writer);
      case DOUBLE -> toDouble(writer);
      case STRING -> AvroInput::readString;
      case BYTES, FIXED -> bytes(writer, reader);
      default ->
          throw new IllegalArgumentException("%s is not a scalar type".formatted(reader.getType()));
    };
  }

  private static ValueReader bytes(Schema writer, Schema reader)
      throws IncompatibleSchemaException {
    boolean fixed = reader.getType() == Schema.Type.FIXED;
    if (reader.getLogicalType() instanceof LogicalTypes.Decimal decimal) {
      DecimalReader.requireSameScale(writer, decimal);
      return new DecimalReader(decimal, fixed ? reader.getFixedSize() : DecimalReader.PREFIXED);
    }
    if (fixed) {
      int size = reader.getFixedSize();
      return in -> in.readFixed(size);
    }
    return in -> in.readFixed(in.readLength());
  }

  private static ValueReader toFloat(Schema writer) {
    return switch (writer.getType()) {
      case INT -> in -> (float) in.readInt();
      case LONG -> in -> (float) in.readLong();
      default -> AvroInput::readFloat;
    };
  }

  private static ValueReader toDouble(Schema writer) {
    return switch (writer.getType()) {
      case INT -> in -> (double) in.readInt();
      case LONG -> in -> (double) in.readLong();
      case FLOAT -> in -> (double) in.readFloat();
      default -> AvroInput::readDouble;
    };
  }
}
