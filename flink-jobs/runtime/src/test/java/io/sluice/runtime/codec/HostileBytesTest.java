package io.sluice.runtime.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.flink.table.data.GenericRowData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Few bytes that claim to be much. */
class HostileBytesTest {
  private static Schema record(String fieldType) {
    return new Schema.Parser()
        .parse(
            "{\"type\": \"record\", \"name\": \"R\", \"fields\": [{\"name\": \"f\", \"type\": %s}]}"
                .formatted(fieldType));
  }

  private static GenericRowData read(Schema writer, Schema reader, byte[] bytes) throws Exception {
    GenericRowData row = new GenericRowData(reader.getFields().size());
    AvroRowReader.create(writer, reader).read(bytes, 0, bytes.length, row);
    return row;
  }

  /** A count of up to 8,191, then the end of the array. */
  private static byte[] block(int count) {
    return new byte[] {(byte) (count << 1 | 0x80), (byte) (count >> 6), 0};
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"type\": \"array\", \"items\": \"Node\"}",
        "{\"type\": \"map\", \"values\": \"Node\"}",
        "{\"type\": \"array\", \"items\": {\"type\": \"array\", \"items\": {\"type\": \"map\", \"values\": {\"type\": \"array\", \"items\": \"Node\"}}}}",
        "[\"null\", \"int\", {\"type\": \"array\", \"items\": [\"null\", \"Node\", {\"type\": \"map\", \"values\": \"Node\"}]}]"
      })
  void boundsTheDepthOfEveryRecursionWithLittleStack(String type) throws Exception {
    Schema writer =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "Node", "fields": [
                  {"name": "next", "type": %s},
                  {"name": "id", "type": "int"}]}
                """
                    .formatted(type));
    Schema reader =
        new Schema.Parser().parse(record("\"int\"").toString().replace("\"f\"", "\"id\""));
    for (String step :
        List.of("\u0002", "\u0004", "\u0002\u0000", "\u0002\u0000\u0002", "\u0004\u0002")) {
      byte[] deep = step.repeat(100_000).getBytes(StandardCharsets.UTF_8);
      List<Throwable> thrown = new ArrayList<>();
      Thread small =
          new Thread(
              null,
              () -> {
                try {
                  read(writer, reader, deep);
                } catch (Throwable e) {
                  thrown.add(e);
                }
              },
              "little stack",
              256 << 10);
      small.start();
      small.join();
      assertThat(thrown).singleElement().isInstanceOf(CodecException.class);
    }
  }

  @Test
  void boundsWhatDefaultsTake() throws Exception {
    String fields =
        IntStream.range(0, 500)
            .mapToObj(i -> "{\"name\": \"f%d\", \"type\": \"int\", \"default\": 0}".formatted(i))
            .collect(Collectors.joining(", "));
    String items =
        "{\"type\": \"array\", \"items\": {\"type\": \"record\", \"name\": \"E\", \"fields\": [%s]}}";
    Schema writer = record(items.formatted(""));
    Schema reader = record(items.formatted(fields));
    assertThat(read(writer, reader, block(2_000)).getArray(0).size()).isEqualTo(2_000);
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> read(writer, reader, block(2_001)))
        .withMessage("Nested records leave more than 1,000,000 fields to defaults.");
  }
}
