package io.sluice.runtime.codec;

import java.io.IOException;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.flink.table.data.TimestampData;

/**
 * Readers of INT and LONG with and without the logical types of time. When the writer counted in
 * another unit than the reader does, the value is converted, rounding down. A time that its column
 * cannot hold is out of range: tables count timestamps in microseconds, and a time of day is less
 * than a day.
 */
final class TimeReaders {
  private static final long MICROS_PER_MILLI = 1000;
  private static final int NANOS_PER_MICRO = 1000;
  private static final long SECONDS_PER_DAY = 86_400;
  private static final String NANOS = "timestamp-nanos";
  private static final String LOCAL_NANOS = "local-timestamp-nanos";

  /** The first and last whole millisecond that microseconds since the epoch can count. */
  private static final long FIRST_MILLI = Long.MIN_VALUE / MICROS_PER_MILLI;

  private static final long LAST_MILLI = Long.MAX_VALUE / MICROS_PER_MILLI;

  private TimeReaders() {}

  private enum Kind {
    NUMBER,
    DATE,
    TIME,
    TIMESTAMP
  }

  private enum Unit {
    MILLIS(1_000, "ms"),
    MICROS(1_000_000, "us"),
    NANOS(1_000_000_000, "ns");

    private final long perSecond;
    private final String sign;

    Unit(long perSecond, String sign) {
      this.perSecond = perSecond;
      this.sign = sign;
    }
  }

  /** What a number means; the unit counts when it is a time. */
  private record Meaning(Kind kind, Unit unit) {
    static Meaning of(Schema schema) {
      LogicalType type = schema.getLogicalType();
      if (type instanceof LogicalTypes.Date) {
        return new Meaning(Kind.DATE, Unit.MILLIS);
      }
      if (type instanceof LogicalTypes.TimeMillis || type instanceof LogicalTypes.TimeMicros) {
        boolean micros = type instanceof LogicalTypes.TimeMicros;
        return new Meaning(Kind.TIME, micros ? Unit.MICROS : Unit.MILLIS);
      }
      if (type instanceof LogicalTypes.TimestampMillis
          || type instanceof LogicalTypes.LocalTimestampMillis) {
        return new Meaning(Kind.TIMESTAMP, Unit.MILLIS);
      }
      if (type instanceof LogicalTypes.TimestampMicros
          || type instanceof LogicalTypes.LocalTimestampMicros) {
        return new Meaning(Kind.TIMESTAMP, Unit.MICROS);
      }
      return ofName(schema);
    }

    /** This version of Avro does not know nanoseconds; newer writers have them. */
    private static Meaning ofName(Schema schema) {
      String name = schema.getProp(LogicalType.LOGICAL_TYPE_PROP);
      boolean nanos =
          schema.getType() == Schema.Type.LONG && (NANOS.equals(name) || LOCAL_NANOS.equals(name));
      return nanos
          ? new Meaning(Kind.TIMESTAMP, Unit.NANOS)
          : new Meaning(Kind.NUMBER, Unit.MILLIS);
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
              .formatted(
                  writer.getProp(LogicalType.LOGICAL_TYPE_PROP),
                  reader.getProp(LogicalType.LOGICAL_TYPE_PROP)));
    }
    LongReader number = inUnit(number(writer), written, read);
    if (read.kind() == Kind.TIMESTAMP) {
      return timestamp(number, read.unit());
    }
    if (read.kind() == Kind.TIME) {
      number = withinDay(number, read.unit());
    }
    LongReader checked = number;
    return reader.getType() == Schema.Type.INT
        ? in -> (int) checked.read(in)
        : in -> checked.read(in);
  }

  private static LongReader number(Schema writer) {
    return writer.getType() == Schema.Type.INT ? AvroInput::readInt : AvroInput::readLong;
  }

  private static LongReader inUnit(LongReader number, Meaning written, Meaning read) {
    if (written.kind() != read.kind() || written.unit() == read.unit()) {
      return number;
    }
    long from = written.unit().perSecond;
    long to = read.unit().perSecond;
    if (from > to) {
      return in -> Math.floorDiv(number.read(in), from / to);
    }
    long factor = to / from;
    return in -> {
      long time = number.read(in);
      if (time < Long.MIN_VALUE / factor || time > Long.MAX_VALUE / factor) {
        throw outOfRange(time, written.unit());
      }
      return time * factor;
    };
  }

  private static ValueReader timestamp(LongReader number, Unit unit) {
    if (unit == Unit.MICROS) {
      return in -> timestampOfMicros(number.read(in));
    }
    return in -> {
      long millis = number.read(in);
      if (millis < FIRST_MILLI || millis > LAST_MILLI) {
        throw outOfRange(millis, unit);
      }
      return TimestampData.fromEpochMillis(millis);
    };
  }

  private static LongReader withinDay(LongReader number, Unit unit) {
    long day = SECONDS_PER_DAY * unit.perSecond;
    return in -> {
      long time = number.read(in);
      if (time < 0 || time >= day) {
        throw new CodecException(
            DecodeRule.RANGE,
            "The time of day %d %s is not within a day.".formatted(time, unit.sign));
      }
      return time;
    };
  }

  private static CodecException outOfRange(long time, Unit unit) {
    return new CodecException(
        DecodeRule.RANGE,
        "The time %d %s is out of the range of microseconds, which count the years -290308 to 294247."
            .formatted(time, unit.sign));
  }

  private static TimestampData timestampOfMicros(long micros) {
    return TimestampData.fromEpochMillis(
        Math.floorDiv(micros, MICROS_PER_MILLI),
        (int) Math.floorMod(micros, MICROS_PER_MILLI) * NANOS_PER_MICRO);
  }
}
