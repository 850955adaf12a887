package io.sluice.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.Schema;
import org.apache.flink.table.data.GenericRowData;

/** Bytes that are cut, changed or random: one kind of exception and bounded memory. */
class AvroRowReaderMalformedTest {
  // Objects around every byte of input, and the exception's message.
  private static final long ALLOWED_PER_BYTE = 400;
  private static final long ALLOWED_IN_ALL = 2_000_000;

  @Property(tries = 100)
  void everyProperPrefixIsTruncated(@ForAll Random random) throws Exception {
    Schema schema = new RandomSchemas(random).record();
    AvroRowReader reader = AvroRowReader.create(schema, schema);
    byte[] bytes = AvroOracle.encode(schema, new RandomValues(random).record(schema));
    GenericRowData row = new GenericRowData(schema.getFields().size());
    for (int length = 0; length < bytes.length; length++) {
      byte[] prefix = Arrays.copyOf(bytes, length);
      assertThatExceptionOfType(CodecException.class)
          .isThrownBy(() -> reader.read(prefix, 0, prefix.length, row))
          .satisfies(e -> assertThat(e.rule()).isEqualTo(DecodeRule.TRUNCATED));
    }
  }

  @Property(tries = 200)
  void aSliceOfAnArrayIsReadLikeAnArray(@ForAll Random random) throws Exception {
    Schema schema = new RandomSchemas(random).record();
    AvroRowReader reader = AvroRowReader.create(schema, schema);
    byte[] bytes = AvroOracle.encode(schema, new RandomValues(random).record(schema));
    GenericRowData whole = new GenericRowData(schema.getFields().size());
    reader.read(bytes, 0, bytes.length, whole);

    byte[] around = new byte[bytes.length + 12];
    random.nextBytes(around);
    System.arraycopy(bytes, 0, around, 5, bytes.length);
    GenericRowData slice = new GenericRowData(schema.getFields().size());
    reader.read(around, 5, bytes.length, slice);
    assertThat(slice).isEqualTo(whole);
  }

  @Property(tries = 300)
  void changedBytesAreRejectedOrReadInBoundedMemory(@ForAll Random random) throws Exception {
    RandomSchemas schemas = new RandomSchemas(random);
    Schema writer = schemas.record();
    AvroRowReader same = AvroRowReader.create(writer, writer);
    AvroRowReader dropping = AvroRowReader.create(writer, onlyAnotherField());
    byte[] bytes = AvroOracle.encode(writer, new RandomValues(random).record(writer));
    for (int i = 0; i < 20; i++) {
      byte[] changed = bytes.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0 && changed.length > 0; flips--) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      }
      readInBoundedMemory(same, changed, writer.getFields().size());
      readInBoundedMemory(dropping, changed, 1);
    }
  }

  private static Schema onlyAnotherField() {
    return new Schema.Parser()
        .parse(
            """
            {"type": "record", "name": "Other", "fields": [
              {"name": "other", "type": "int", "default": 1}]}
            """);
  }

  private static void readInBoundedMemory(AvroRowReader reader, byte[] bytes, int fields) {
    GenericRowData row = new GenericRowData(fields);
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    try {
      reader.read(bytes, 0, bytes.length, row);
    } catch (CodecException e) {
      assertThat(e.rule())
          .isIn(
              DecodeRule.TRUNCATED,
              DecodeRule.CORRUPT,
              DecodeRule.RANGE,
              DecodeRule.INCOMPATIBLE_SCHEMA);
      assertThat(e.getMessage()).isNotBlank();
    }
    assertThat(threads.getCurrentThreadAllocatedBytes() - before)
        .isLessThan(ALLOWED_IN_ALL + ALLOWED_PER_BYTE * bytes.length);
  }
}
