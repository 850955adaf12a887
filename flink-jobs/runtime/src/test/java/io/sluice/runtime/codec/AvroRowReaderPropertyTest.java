package io.sluice.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.util.Random;
import java.util.regex.Pattern;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.AvroTypeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.flink.table.data.GenericRowData;

/** Random schemas and values: the reader gives what Avro's own reader gives. */
class AvroRowReaderPropertyTest {
  private static final Pattern STRICTER =
      Pattern.compile(
          "does not fit decimal|decimal has no bytes|valid UTF-8|scales differ"
              + "|range of microseconds|not within a day"
              + "|Found (date|time|local)");

  @Property(tries = 150)
  void readsWhatAvroReads(@ForAll Random random) throws Exception {
    Schema schema = new RandomSchemas(random).record();
    AvroRowReader reader = AvroRowReader.create(schema, schema);
    RandomValues values = new RandomValues(random);
    for (int i = 0; i < 5; i++) {
      byte[] bytes = AvroOracle.encode(schema, values.record(schema), random.nextBoolean());
      assertThat(read(reader, schema, bytes)).isEqualTo(AvroOracle.decode(schema, schema, bytes));
    }
  }

  @Property(tries = 250)
  void resolvesSchemasAsAvroDoes(@ForAll Random random) throws Exception {
    RandomSchemas schemas = new RandomSchemas(random);
    Schema writer = schemas.record();
    Schema reader = schemas.evolved(writer);
    byte[] bytes =
        AvroOracle.encode(writer, new RandomValues(random).record(writer), random.nextBoolean());
    compare(writer, reader, bytes);
  }

  @Property(tries = 200)
  void resolvesUnrelatedSchemasAsAvroDoes(@ForAll Random random) throws Exception {
    Schema writer = RandomSchemas.ofMicros(random).record();
    Schema reader = RandomSchemas.ofMicros(random).record();
    compare(writer, reader, AvroOracle.encode(writer, new RandomValues(random).record(writer)));
  }

  private static void compare(Schema writer, Schema reader, byte[] bytes) throws Exception {
    GenericRowData expected = expected(writer, reader, bytes);
    AvroRowReader rowReader;
    try {
      rowReader = AvroRowReader.create(writer, reader);
    } catch (IncompatibleSchemaException e) {
      requireIncompatible(writer, reader, e);
      return;
    }
    try {
      assertThat(read(rowReader, reader, bytes)).isEqualTo(expected);
    } catch (CodecException e) {
      if (expected != null) {
        // Avro itself reads an empty array of incompatible elements.
        requireIncompatible(writer, reader, e);
      }
      assertThat(e.rule())
          .isIn(DecodeRule.INCOMPATIBLE_SCHEMA, DecodeRule.CORRUPT, DecodeRule.RANGE);
    }
  }

  /** Decimals, kinds of time and the UTF-8 of strings are checked by our reader only. */
  private static boolean isStricter(Exception e) {
    return STRICTER.matcher(e.getMessage()).find();
  }

  /** Null if Avro cannot read it. */
  private static GenericRowData expected(Schema writer, Schema reader, byte[] bytes)
      throws IOException {
    try {
      return AvroOracle.decode(writer, reader, bytes);
    } catch (AvroTypeException | NumberFormatException e) {
      return null;
    }
  }

  private static void requireIncompatible(Schema writer, Schema reader, Exception e) {
    boolean compatible =
        SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType()
            == SchemaCompatibilityType.COMPATIBLE;
    if (compatible && !isStricter(e)) {
      fail("Avro can read %s as %s, but: %s", writer, reader, e.getMessage());
    }
  }

  private static GenericRowData read(AvroRowReader reader, Schema schema, byte[] bytes)
      throws CodecException {
    GenericRowData row = new GenericRowData(schema.getFields().size());
    reader.read(bytes, 0, bytes.length, row);
    return row;
  }
}
