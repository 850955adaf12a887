package io.sluice.cli.produce;

import static io.sluice.cli.produce.Schemas.logical;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextValuesTest {
  private static final String DECIMAL =
      "{\"type\": \"bytes\", \"logicalType\": \"decimal\", \"precision\": 6, \"scale\": 2}";

  @ParameterizedTest
  @CsvSource({
    "int, 42, 42",
    "int, -2147483648, -2147483648",
    "long, ' 9223372036854775807 ', 9223372036854775807",
    "float, 1.5, 1.5",
    "double, 1e3, 1000.0",
    "double, NaN, NaN",
    "double, -Infinity, -Infinity",
    "boolean, TRUE, true",
    "string, ' kept ', ' kept '",
  })
  void readsPrimitives(String type, String text, String expected) throws Exception {
    assertThat(TextValues.parse(schema('"' + type + '"'), text)).hasToString(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "date, int, 2026-01-31, 20484",
    "date, int, 20484, 20484",
    "time-millis, int, 13:45:00.5, 49500500",
    "time-micros, long, 00:00:00.000001, 1",
    "timestamp-millis, long, 1970-01-01T00:00:01Z, 1000",
    "timestamp-millis, long, 1970-01-01 00:00:01.2349, 1234",
    "timestamp-millis, long, 1970-01-01T02:00:00+02:00, 0",
    "timestamp-millis, long, 1970-01-01T02:00:00+0200, 0",
    "timestamp-millis, long, 1767225600000, 1767225600000",
    "timestamp-micros, long, 1969-12-31T23:59:59.999999Z, -1",
    "local-timestamp-millis, long, 1970-01-02T00:00, 86400000",
    "local-timestamp-micros, long, 1970-01-01T00:00:00.000002, 2",
  })
  void readsTimes(String logical, String type, String text, String expected) throws Exception {
    assertThat(TextValues.parse(schema(logical(type, logical)), text)).hasToString(expected);
  }

  @Test
  void readsDecimalsAndBytes() throws Exception {
    assertThat(TextValues.parse(schema(DECIMAL), "12.3"))
        .isEqualTo(ByteBuffer.wrap(new byte[] {4, (byte) 0xCE}));
    assertThat(TextValues.parse(schema("\"bytes\""), "AQI="))
        .isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
    assertThat(TextValues.parse(schema("\"bytes\""), "0x0102"))
        .isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
    String fixed = "{\"type\": \"fixed\", \"name\": \"f\", \"size\": 2}";
    assertThat(TextValues.parse(schema(fixed), "0102")).hasToString("[1, 2]");
    assertThat(TextValues.parse(schema(fixed), "AQI=")).hasToString("[1, 2]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'\"int\"' | abc | '\"abc\" is not an int'",
        "'\"int\"' | 12.5 | '\"12.5\" is not an int'",
        "'\"int\"' | 2147483648 | '\"2147483648\" is out of range for an int'",
        "'\"long\"' | 9223372036854775808 | '\"9223372036854775808\" is out of range for a long'",
        "'\"double\"' | 1d | '\"1d\" is not a double'",
        "'\"double\"' | 1e999999999 | '\"1e999999999\" is out of range for a double'",
        "'\"float\"' | 1e39 | '\"1e39\" is out of range for a float'",
        "'\"boolean\"' | yes | '\"yes\" is not true or false'",
        "'\"bytes\"' | ?? | '\"??\" is not Base64, or hexadecimal after 0x'",
      })
  void refusesPrimitives(String type, String text, String reason) {
    assertThatThrownBy(() -> TextValues.parse(schema(type), text)).hasMessage(reason);
  }

  @Test
  void refusesWhatATypeCannotHold() {
    assertThatThrownBy(() -> TextValues.parse(schema(DECIMAL), "1.234"))
        .hasMessage("\"1.234\" has more than 2 digits behind the point");
    assertThatThrownBy(() -> TextValues.parse(schema(DECIMAL), "12345.6"))
        .hasMessage("\"12345.6\" has too many digits for a decimal(6, 2)");
    assertThatThrownBy(() -> TextValues.parse(schema(logical("int", "date")), "31.1.2026"))
        .hasMessage("\"31.1.2026\" is not a date (2026-01-31 or days since 1970)");
    assertThatThrownBy(() -> TextValues.parse(schema(logical("int", "time-millis")), "86400000"))
        .hasMessage("\"86400000\" is out of range for a time-millis");
    assertThatThrownBy(() -> TextValues.parse(schema(logical("string", "uuid")), "1-2-3-4-5"))
        .hasMessage("\"1-2-3-4-5\" is not a uuid");
    String kinds = "{\"type\": \"enum\", \"name\": \"e\", \"symbols\": [\"BUY\", \"SELL\"]}";
    assertThatThrownBy(() -> TextValues.parse(schema(kinds), "HOLD"))
        .hasMessage("\"HOLD\" is not one of BUY, SELL");
    String fixed = "{\"type\": \"fixed\", \"name\": \"f\", \"size\": 2}";
    assertThatThrownBy(() -> TextValues.parse(schema(fixed), "AQ=="))
        .hasMessage("\"AQ==\" has 1 bytes instead of 2");
  }

  private static Schema schema(String json) {
    return new Schema.Parser().parse(json);
  }
}
