package io.sluice.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.AvroTypeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.flink.table.data.GenericRowData;

/** Random schemas and values: the reader gives what Avro's own reader gives. */
class AvroRowReaderPropertyTest {
  @Property(tries = 300)
  void readsWhatAvroReads(@ForAll Random random) throws Exception {
    Schema schema = new RandomSchemas(random).record();
    AvroRowReader reader = AvroRowReader.create(schema, schema);
    RandomValues values = new RandomValues(random);
    for (int i = 0; i < 5; i++) {
      byte[] bytes = AvroOracle.encode(schema, values.record(schema), random.nextBoolean());
      assertThat(read(reader, schema, bytes)).isEqualTo(AvroOracle.decode(schema, schema, bytes));
    }
  }

  @Property(tries = 500)
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
      assertThat(expected).as(e.getMessage()).isNull();
      assertThat(e.rule()).isEqualTo(DecodeRule.INCOMPATIBLE_SCHEMA);
    }
  }

  /** Null if Avro cannot read it. */
  private static GenericRowData expected(Schema writer, Schema reader, byte[] bytes)
      throws IOException {
    try {
      return AvroOracle.decode(writer, reader, bytes);
    } catch (AvroTypeException e) {
      return null;
    }
  }

  private static void requireIncompatible(
      Schema writer, Schema reader, IncompatibleSchemaException e) {
    boolean ownRule = e.getMessage().contains("scales differ") || isOfTimes(e);
    boolean compatible =
        SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType()
            == SchemaCompatibilityType.COMPATIBLE;
    if (compatible && !ownRule) {
      fail("Avro can read %s as %s, but: %s", writer, reader, e.getMessage());
    }
  }

  private static boolean isOfTimes(IncompatibleSchemaException e) {
    return e.getMessage().matches(".*Found (date|time|timestamp|local).*");
  }

  private static GenericRowData read(AvroRowReader reader, Schema schema, byte[] bytes)
      throws CodecException {
    GenericRowData row = new GenericRowData(schema.getFields().size());
    reader.read(bytes, 0, bytes.length, row);
    return row;
  }
}
