package io.sluice.cli.produce;

import static io.sluice.cli.produce.Schemas.field;
import static io.sluice.cli.produce.Schemas.logical;
import static io.sluice.cli.produce.Schemas.trips;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordEncoderTest {
  private static final String DECIMAL =
      "{\"type\": \"bytes\", \"logicalType\": \"decimal\", \"precision\": 9, \"scale\": 2}";
  private static final Schema SCHEMA =
      trips(
          field("id", "\"string\""),
          field("day", "[\"null\", " + logical("int", "date") + "]"),
          field("price", DECIMAL),
          field("side", "{\"type\": \"enum\", \"name\": \"s\", \"symbols\": [\"BUY\", \"SELL\"]}"),
          field("hash", "{\"type\": \"fixed\", \"name\": \"h\", \"size\": 2}"),
          field("tags", "{\"type\": \"array\", \"items\": [\"null\", \"string\"]}"),
          field("uid", logical("string", "uuid")));

  @TempDir private Path folder;

  @Test
  void writesTheConfluentFormat() throws IOException {
    GenericRecord record =
        record(
            "{\"id\": \"a\", \"day\": \"1970-01-03\", \"price\": 1.5, \"side\": \"SELL\","
                + " \"hash\": \"00ff\", \"tags\": [\"x\", null],"
                + " \"uid\": \"00000000-0000-0000-0000-000000000001\"}");
    byte[] value = new RecordEncoder(SCHEMA, 258, List.of()).value(record);
    assertThat(Arrays.copyOf(value, 5)).containsExactly(0, 0, 0, 1, 2);
    GenericRecord read =
        new GenericDatumReader<GenericRecord>(SCHEMA)
            .read(null, DecoderFactory.get().binaryDecoder(value, 5, value.length - 5, null));
    assertThat(read.toString()).isEqualTo(record.toString());
    assertThat(read.get("day")).isEqualTo(2);
  }

  @Test
  void theKeyJoinsThePrimaryKey() throws IOException {
    GenericRecord record =
        record(
            "{\"id\": \"a\", \"day\": 2, \"price\": 1.5, \"side\": \"SELL\", \"hash\": \"00ff\","
                + " \"tags\": [], \"uid\": \"00000000-0000-0000-0000-000000000001\"}");
    RecordEncoder encoder =
        new RecordEncoder(SCHEMA, 1, List.of("id", "day", "price", "side", "hash"));
    assertThat(encoder.key(record)).asString().isEqualTo("a|2|1.50|SELL|00ff");
    record.put("day", null);
    assertThat(encoder.key(record)).isNull();
    assertThat(new RecordEncoder(SCHEMA, 1, List.of()).key(record)).isNull();
  }

  private GenericRecord record(String json) throws IOException {
    Path file = folder.resolve("trips.jsonl");
    Files.writeString(file, json);
    try (RecordReader lines = JsonLinesTest.open(file, SCHEMA)) {
      InputLine line = lines.next().orElseThrow();
      assertThat(line).isInstanceOf(InputLine.Good.class);
      return ((InputLine.Good) line).value();
    }
  }
}
