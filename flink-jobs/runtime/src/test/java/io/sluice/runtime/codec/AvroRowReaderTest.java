package io.sluice.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AvroRowReaderTest {
  private static final String LONG = "\"long\"";
  private static final String MILLIS =
      "{\"type\": \"long\", \"logicalType\": \"timestamp-millis\"}";
  private static final String MICROS =
      "{\"type\": \"long\", \"logicalType\": \"timestamp-micros\"}";

  private static Schema record(String fieldType) {
    return new Schema.Parser()
        .parse(
            "{\"type\": \"record\", \"name\": \"R\", \"fields\": [{\"name\": \"f\", \"type\": %s}]}"
                .formatted(fieldType));
  }

  private static String decimal(int precision, int scale) {
    return "{\"type\": \"bytes\", \"logicalType\": \"decimal\", \"precision\": %d, \"scale\": %d}"
        .formatted(precision, scale);
  }

  private static String logical(String type, String logicalType) {
    return "{\"type\": \"%s\", \"logicalType\": \"%s\"}".formatted(type, logicalType);
  }

  @FunctionalInterface
  private interface Writing {
    void to(BinaryEncoder encoder) throws IOException;
  }

  private static byte[] bytes(Writing writing) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    writing.to(encoder);
    encoder.flush();
    return out.toByteArray();
  }

  private static Object read(String writerType, String readerType, Writing writing)
      throws Exception {
    return read(record(writerType), record(readerType), bytes(writing)).getField(0);
  }

  private static GenericRowData read(Schema writer, Schema reader, byte[] bytes) throws Exception {
    GenericRowData row = new GenericRowData(reader.getFields().size());
    AvroRowReader.create(writer, reader).read(bytes, 0, bytes.length, row);
    return row;
  }

  private static void assertRejected(
      DecodeRule rule, String message, String type, Writing writing) {
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> read(type, type, writing))
        .withMessageContaining(message)
        .satisfies(e -> assertThat(e.rule()).isEqualTo(rule));
  }

  @Test
  void leavesFieldsBehindTheRecordAlone() throws Exception {
    GenericRowData row = GenericRowData.of(null, "kept");
    AvroRowReader.create(record(LONG), record(LONG)).read(new byte[] {6}, 0, 1, row);
    assertThat(row).isEqualTo(GenericRowData.of(3L, "kept"));
  }

  @Test
  void roundsInstantsBefore1970Down() throws Exception {
    assertThat(read(MICROS, MICROS, out -> out.writeLong(-1)))
        .isEqualTo(TimestampData.fromInstant(Instant.parse("1969-12-31T23:59:59.999999Z")));
  }

  @Test
  void convertsUnitsOfTime() throws Exception {
    assertThat(read(MILLIS, MICROS, out -> out.writeLong(-1)))
        .isEqualTo(TimestampData.fromEpochMillis(-1));
    assertThat(read(MICROS, MILLIS, out -> out.writeLong(-1)))
        .isEqualTo(TimestampData.fromEpochMillis(-1));
    assertThat(read(LONG, MILLIS, out -> out.writeLong(5)))
        .isEqualTo(TimestampData.fromEpochMillis(5));
    assertThat(
            read(
                "{\"type\": \"int\", \"logicalType\": \"time-millis\"}",
                "{\"type\": \"long\", \"logicalType\": \"time-micros\"}",
                out -> out.writeInt(7)))
        .isEqualTo(7000L);
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> read(MILLIS, MICROS, out -> out.writeLong(Long.MAX_VALUE)))
        .withMessageContaining("out of the range of microseconds");
  }

  @ParameterizedTest
  @CsvSource({
    "timestamp-millis, 9223372036854775807",
    "timestamp-millis, -9223372036854775808",
    "timestamp-millis, 9223372036854776",
    "timestamp-millis, -9223372036854776",
    "local-timestamp-millis, 9223372036854775807",
    "local-timestamp-millis, -9223372036854776",
    "time-micros, -1",
    "time-micros, 86400000000",
    "time-micros, 9223372036854775807",
  })
  void rejectsTimesThatNoColumnHolds(String logical, long time) {
    String type = logical("long", logical);
    String message = String.valueOf(time);
    assertRejected(DecodeRule.RANGE, message, type, out -> out.writeLong(time));
    assertRejected(
        DecodeRule.RANGE,
        message,
        "[\"null\", " + type + "]",
        out -> {
          out.writeIndex(1);
          out.writeLong(time);
        });
    assertRejected(
        DecodeRule.RANGE,
        message,
        "{\"type\": \"array\", \"items\": " + type + "}",
        out -> {
          out.writeLong(1);
          out.writeLong(time);
          out.writeLong(0);
        });
    assertRejected(
        DecodeRule.RANGE,
        message,
        "{\"type\": \"map\", \"values\": "
            + record(type).toString().replace("\"R\"", "\"Inner\"")
            + "}",
        out -> {
          out.writeLong(1);
          out.writeString("key");
          out.writeLong(time);
          out.writeLong(0);
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 86_400_000, Integer.MAX_VALUE, Integer.MIN_VALUE})
  void rejectsTimesOfDayOutsideOfADay(int time) {
    assertRejected(
        DecodeRule.RANGE,
        "The time of day %d ms is not within a day.".formatted(time),
        logical("int", "time-millis"),
        out -> out.writeInt(time));
  }

  @Test
  void namesTheFieldOfATimeThatNoColumnHolds() {
    String inner = record(MILLIS).toString().replace("\"R\"", "\"Inner\"");
    for (String type : new String[] {MILLIS, inner}) {
      assertThatExceptionOfType(CodecException.class)
          .isThrownBy(() -> read(type, type, out -> out.writeLong(Long.MAX_VALUE)))
          .satisfies(
              e -> assertThat(e.ruleId()).isEqualTo(type.equals(inner) ? "range:f.f" : "range:f"));
    }
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> read(record(LONG), record(LONG), new byte[] {2, 2}))
        .satisfies(e -> assertThat(e.ruleId()).isEqualTo("corrupt"));
  }

  @Test
  void rejectsTimesThatAreOutOfRangeInTheReadersUnitOnly() {
    for (String writer : new String[] {LONG, MILLIS, logical("long", "local-timestamp-millis")}) {
      assertThatExceptionOfType(CodecException.class)
          .isThrownBy(() -> read(writer, MILLIS, out -> out.writeLong(9_223_372_036_854_776L)))
          .withMessage(
              "The time 9223372036854776 ms is out of the range of microseconds, which count the years -290308 to 294247.");
    }
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> read(MILLIS, MICROS, out -> out.writeLong(-9_223_372_036_854_776L)))
        .withMessageContaining("-9223372036854776 ms");
  }

  @Test
  void readsTheFirstAndTheLastOfAllTimes() throws Exception {
    for (long millis :
        new long[] {Long.MIN_VALUE / 1000, Long.MAX_VALUE / 1000, 253402300799999L}) {
      assertThat(read(MILLIS, MILLIS, out -> out.writeLong(millis)))
          .isEqualTo(TimestampData.fromEpochMillis(millis));
      assertThat(read(MILLIS, MICROS, out -> out.writeLong(millis)))
          .isEqualTo(TimestampData.fromEpochMillis(millis));
    }
    for (long micros : new long[] {Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertThat(read(MICROS, MICROS, out -> out.writeLong(micros)))
          .isEqualTo(TimestampData.fromInstant(Instant.EPOCH.plus(micros, ChronoUnit.MICROS)));
    }
    String date = logical("int", "date");
    for (int day : new int[] {Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      assertThat(read(date, date, out -> out.writeInt(day))).isEqualTo(day);
    }
    String timeMicros = logical("long", "time-micros");
    assertThat(read(timeMicros, timeMicros, out -> out.writeLong(86_399_999_999L)))
        .isEqualTo(86_399_999_999L);
  }

  @Test
  void readsNanosecondsOfNewerWriters() throws Exception {
    String nanos = logical("long", "timestamp-nanos");
    assertThat(read(nanos, MICROS, out -> out.writeLong(1_234_567)))
        .isEqualTo(TimestampData.fromEpochMillis(1, 234_000));
    assertThat(read(nanos, MILLIS, out -> out.writeLong(-1)))
        .isEqualTo(TimestampData.fromEpochMillis(-1));
    assertThat(read(nanos, LONG, out -> out.writeLong(7))).isEqualTo(7L);
  }

  @Test
  void refusesAnotherKindOfTime() {
    assertThatExceptionOfType(IncompatibleSchemaException.class)
        .isThrownBy(
            () ->
                AvroRowReader.create(
                    record("{\"type\": \"int\", \"logicalType\": \"date\"}"), record(MILLIS)))
        .withMessage("Field f of R: Found date, expecting timestamp-millis");
  }

  @Test
  void readsDecimalsOfEveryWidth() throws Exception {
    for (String number : new String[] {"0.00", "-0.01", "999999999999999.99", "-123.45"}) {
      byte[] unscaled = new BigDecimal(number).unscaledValue().toByteArray();
      assertThat(read(decimal(17, 2), decimal(17, 2), out -> out.writeBytes(unscaled)))
          .isEqualTo(DecimalData.fromBigDecimal(new BigDecimal(number), 17, 2));
      assertThat(read(decimal(38, 2), decimal(38, 2), out -> out.writeBytes(unscaled)))
          .isEqualTo(DecimalData.fromBigDecimal(new BigDecimal(number), 38, 2));
    }
  }

  @Test
  void rejectsDecimalsThatDoNotFit() {
    assertRejected(
        DecodeRule.CORRUPT,
        "The number 10.00 does not fit decimal(3, 2).",
        decimal(3, 2),
        out -> out.writeBytes(new BigDecimal("10.00").unscaledValue().toByteArray()));
    assertRejected(
        DecodeRule.CORRUPT,
        "does not fit decimal(38, 0)",
        decimal(38, 0),
        out -> out.writeBytes(BigInteger.TEN.pow(38).toByteArray()));
    assertRejected(
        DecodeRule.CORRUPT,
        "of 79999 bits",
        decimal(38, 0),
        out -> out.writeBytes(BigInteger.ONE.shiftLeft(79_998).toByteArray()));
    assertRejected(
        DecodeRule.CORRUPT,
        "A decimal has no bytes",
        decimal(38, 0),
        out -> out.writeBytes(new byte[0]));
  }

  @Test
  void refusesAnotherScale() {
    assertThatExceptionOfType(IncompatibleSchemaException.class)
        .isThrownBy(() -> AvroRowReader.create(record(decimal(10, 2)), record(decimal(10, 4))))
        .withMessageContaining("Found decimal(10, 2), expecting decimal(10, 4)");
  }

  @Test
  void rejectsWhatIsNoDatum() {
    assertRejected(
        DecodeRule.CORRUPT,
        "1 of 2 bytes are left behind the record.",
        LONG,
        out -> out.writeFixed(new byte[2]));
    assertRejected(
        DecodeRule.CORRUPT,
        "not valid UTF-8",
        "\"string\"",
        out -> out.writeBytes(new byte[] {(byte) 0xc0, (byte) 0x80}));
    assertRejected(DecodeRule.CORRUPT, "the length -1", "\"string\"", out -> out.writeLong(-1));
    assertRejected(
        DecodeRule.CORRUPT,
        "the length 9223372036854775807",
        "\"bytes\"",
        out -> out.writeLong(Long.MAX_VALUE));
    assertRejected(
        DecodeRule.TRUNCATED,
        "a value of 2147483647 bytes begins 0 bytes before the end",
        "\"bytes\"",
        out -> out.writeLong(Integer.MAX_VALUE));
    assertRejected(
        DecodeRule.CORRUPT,
        "The union index is 2, but there are 2.",
        "[\"null\", \"int\"]",
        out -> out.writeIndex(2));
    assertRejected(
        DecodeRule.CORRUPT,
        "Invalid long encoding",
        LONG,
        out -> out.writeFixed("\u00ff".repeat(10).getBytes(StandardCharsets.ISO_8859_1)));
  }

  @Test
  void rejectsCollectionsThatClaimTooMuch() {
    String longs = "{\"type\": \"array\", \"items\": \"long\"}";
    assertRejected(DecodeRule.TRUNCATED, "a block of", longs, out -> out.writeLong(Long.MAX_VALUE));
    assertRejected(
        DecodeRule.CORRUPT,
        "has the count",
        longs,
        out -> {
          out.writeLong(Long.MIN_VALUE);
          out.writeLong(8);
        });
    String empty =
        "{\"type\": \"array\", \"items\": {\"type\": \"record\", \"name\": \"E\", \"fields\": []}}";
    assertRejected(
        DecodeRule.CORRUPT,
        "array elements without any bytes",
        empty,
        out -> out.writeLong(Integer.MAX_VALUE));
  }

  @Test
  void readsManySmallBlocks() throws Exception {
    Object value =
        read(
            "{\"type\": \"array\", \"items\": \"long\"}",
            "{\"type\": \"array\", \"items\": \"long\"}",
            out -> {
              for (int i = 0; i < 50_000; i++) {
                out.writeLong(1);
                out.writeLong(i);
              }
              out.writeLong(0);
            });
    assertThat(((org.apache.flink.table.data.GenericArrayData) value).toLongArray())
        .hasSize(50_000)
        .startsWith(0, 1, 2)
        .endsWith(49_999);
  }

  @Test
  void boundsTheDepthOfADroppedRecursiveField() throws Exception {
    Schema writer =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Node", "fields": [
                  {"name": "next", "type": ["null", "Node"]},
                  {"name": "id", "type": "int"}]}
                """);
    Schema reader =
        new Schema.Parser().parse(record("\"int\"").toString().replace("\"f\"", "\"id\""));
    GenericData.Record inner =
        new GenericRecordBuilder(writer).set("next", null).set("id", 1).build();
    GenericData.Record outer =
        new GenericRecordBuilder(writer).set("next", inner).set("id", 2).build();
    assertThat(read(writer, reader, AvroOracle.encode(writer, outer)).getField(0)).isEqualTo(2);

    byte[] deep =
        bytes(out -> out.writeFixed("\u0002".repeat(100_000).getBytes(StandardCharsets.UTF_8)));
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> read(writer, reader, deep))
        .withMessageContaining("nest more than");
    assertThatExceptionOfType(IncompatibleSchemaException.class)
        .isThrownBy(() -> AvroRowReader.create(writer, writer))
        .withMessageContaining("The record Node contains itself");
  }

  @Test
  void adjustsEnums() throws Exception {
    String written =
        "{\"type\": \"enum\", \"name\": \"Side\", \"symbols\": [\"BUY\", \"SELL\", \"SHORT\"]}";
    String withDefault =
        "{\"type\": \"enum\", \"name\": \"Side\", \"symbols\": [\"OTHER\", \"SELL\"], \"default\": \"OTHER\"}";
    String without = "{\"type\": \"enum\", \"name\": \"Side\", \"symbols\": [\"SELL\"]}";
    assertThat(read(written, withDefault, out -> out.writeEnum(2)))
        .isEqualTo(StringData.fromString("OTHER"));
    assertThat(read(written, without, out -> out.writeEnum(1)))
        .isEqualTo(StringData.fromString("SELL"));
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> read(written, without, out -> out.writeEnum(2)))
        .withMessage(
            "The symbol SHORT of the enum Side is not one of the reader's, which has no default.")
        .satisfies(e -> assertThat(e.rule()).isEqualTo(DecodeRule.INCOMPATIBLE_SCHEMA));
  }

  @Test
  void rejectsOnlyTheRecordsThatUseAnUnreadableBranch() throws Exception {
    String written = "[\"null\", \"string\", \"long\"]";
    assertThat(
            read(
                written,
                LONG,
                out -> {
                  out.writeIndex(2);
                  out.writeLong(8);
                }))
        .isEqualTo(8L);
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> read(written, LONG, out -> out.writeIndex(0)))
        .withMessageContaining("Found null, expecting long")
        .satisfies(e -> assertThat(e.rule()).isEqualTo(DecodeRule.INCOMPATIBLE_SCHEMA));
  }

  @Test
  void explainsIncompatibleSchemas() {
    assertThatExceptionOfType(IncompatibleSchemaException.class)
        .isThrownBy(() -> AvroRowReader.create(record(LONG), record("\"int\"")))
        .withMessage("Field f of R: Found long, expecting int");
    assertThatExceptionOfType(IncompatibleSchemaException.class)
        .isThrownBy(() -> AvroRowReader.create(Schema.create(Schema.Type.INT), record(LONG)));
    Schema other =
        new Schema.Parser()
            .parse(
                "{\"type\": \"record\", \"name\": \"R\", \"fields\": [{\"name\": \"g\", \"type\": \"int\"}]}");
    assertThatExceptionOfType(IncompatibleSchemaException.class)
        .isThrownBy(() -> AvroRowReader.create(record(LONG), other))
        .withMessageContaining("missing required field g");
  }

  @Test
  void readsMapsAndBytes() throws Exception {
    String map = "{\"type\": \"map\", \"values\": \"bytes\"}";
    Schema schema = record(map);
    GenericData.Record value = new GenericData.Record(schema);
    value.put(0, Map.of("k", ByteBuffer.wrap(new byte[] {1, 2})));
    byte[] bytes = AvroOracle.encode(schema, value);
    assertThat(read(schema, schema, bytes)).isEqualTo(AvroOracle.decode(schema, schema, bytes));
  }
}
