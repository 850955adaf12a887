package io.sluice.runtime.codec;

import java.io.IOException;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.flink.table.data.TimestampData;

/**
 * Readers of INT and LONG with and without the logical types of time. When the writer counted in
 * another unit than the reader does, the value is converted.
 */
final class TimeReaders {
  private static final long MICROS_PER_MILLI = 1000;
  private static final int NANOS_PER_MICRO = 1000;

  private TimeReaders() {}

  private enum Kind {
    NUMBER,
    DATE,
    TIME,
    TIMESTAMP
  }

  /** What a number means; {@code micros} is its unit when it is a time. */
  private record Meaning(Kind kind, boolean micros) {
    static Meaning of(Schema schema) {
      LogicalType type = schema.getLogicalType();
      if (type instanceof LogicalTypes.Date) {
        return new Meaning(Kind.DATE, false);
      }
      if (type instanceof LogicalTypes.TimeMillis || type instanceof LogicalTypes.TimeMicros) {
        return new Meaning(Kind.TIME, type instanceof LogicalTypes.TimeMicros);
      }
      if (type instanceof LogicalTypes.TimestampMillis
          || type instanceof LogicalTypes.LocalTimestampMillis) {
        return new Meaning(Kind.TIMESTAMP, false);
      }
      if (type instanceof LogicalTypes.TimestampMicros
          || type instanceof LogicalTypes.LocalTimestampMicros) {
        return new Meaning(Kind.TIMESTAMP, true);
      }
      return new Meaning(Kind.NUMBER, false);
    }
  }

  /** Reads a long, whatever the writer's width and unit. */
  @FunctionalInterface
  private interface LongReader {
    long read(AvroInput in) throws IOException, CodecException;
  }

  static ValueReader integer(Schema writer, Schema reader) throws IncompatibleSchemaException {
    Meaning written = Meaning.of(writer);
    Meaning read = Meaning.of(reader);
    if (written.kind() != read.kind()
        && written.kind() != Kind.NUMBER
        && read.kind() != Kind.NUMBER) {
      throw new IncompatibleSchemaException(
          "Found %s, expecting %s"
              .formatted(writer.getLogicalType().getName(), reader.getLogicalType().getName()));
    }
    if (reader.getType() == Schema.Type.INT) {
      return AvroInput::readInt;
    }
    LongReader number = inUnit(number(writer), written, read);
    if (read.kind() != Kind.TIMESTAMP) {
      return number::read;
    }
    return read.micros()
        ? in -> timestampOfMicros(number.read(in))
        : in -> TimestampData.fromEpochMillis(number.read(in));
  }

  private static LongReader number(Schema writer) {
    return writer.getType() == Schema.Type.INT ? AvroInput::readInt : AvroInput::readLong;
  }

  private static LongReader inUnit(LongReader number, Meaning written, Meaning read) {
    if (written.kind() != read.kind() || written.micros() == read.micros()) {
      return number;
    }
    if (!read.micros()) {
      return in -> Math.floorDiv(number.read(in), MICROS_PER_MILLI);
    }
    return in -> {
      long millis = number.read(in);
      try {
        return Math.multiplyExact(millis, MICROS_PER_MILLI);
      } catch (ArithmeticException e) {
        throw new CodecException(
            DecodeRule.CORRUPT,
            "The time %d ms is out of the range of microseconds.".formatted(millis),
            e);
      }
    };
  }

  private static TimestampData timestampOfMicros(long micros) {
    return TimestampData.fromEpochMillis(
        Math.floorDiv(micros, MICROS_PER_MILLI),
        (int) Math.floorMod(micros, MICROS_PER_MILLI) * NANOS_PER_MICRO);
  }
}
