package io.sluice.cli.produce;

import static io.sluice.cli.produce.Schemas.logical;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextValuesTest {
  private static final String DECIMAL =
      "{\"type\": \"bytes\", \"logicalType\": \"decimal\", \"precision\": 6, \"scale\": 2}";

  @ParameterizedTest
  @CsvSource({
    "int, 42, 42",
    "int, 17850.0, 17850",
    "long, -7.000, -7",
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
    assertThat(parse(schema('"' + type + '"'), text)).hasToString(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "date, int, 2026-01-31, 20484",
    "date, int, 20484, 20484",
    "time-millis, int, 13:45:00.5, 49500500",
    "time-micros, long, 00:00:00.000001, 1",
    "timestamp-millis, long, 1970-01-01T00:00:01Z, 1000",
    "timestamp-millis, long, 1970-01-01 00:00:01.234000, 1234",
    "timestamp-millis, long, 1970-01-01T00:00:01.234000000000Z, 1234",
    "timestamp-micros, long, 1970-01-01T00:00:00.000001000, 1",
    "time-millis, int, 00:00:00.001000, 1",
    "timestamp-millis, long, 1767225600000.0, 1767225600000",
    "timestamp-millis, long, 1970-01-01T02:00:00+02:00, 0",
    "timestamp-millis, long, 1970-01-01T02:00:00+0200, 0",
    "timestamp-millis, long, 1970-01-01T02:00:00+02, 0",
    "timestamp-millis, long, 1767225600000, 1767225600000",
    "timestamp-micros, long, 1969-12-31T23:59:59.999999Z, -1",
    "local-timestamp-millis, long, 1970-01-02T00:00, 86400000",
    "local-timestamp-micros, long, 1970-01-01T00:00:00.000002, 2",
  })
  void readsTimes(String logical, String type, String text, String expected) throws Exception {
    assertThat(parse(schema(logical(type, logical)), text)).hasToString(expected);
  }

  @Test
  void readsDecimalsAndBytes() throws Exception {
    assertThat(parse(schema(DECIMAL), "12.3"))
        .isEqualTo(ByteBuffer.wrap(new byte[] {4, (byte) 0xCE}));
    assertThat(parse(schema("\"bytes\""), "AQI=")).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
    assertThat(parse(schema("\"bytes\""), "0x0102")).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2}));
    String fixed = "{\"type\": \"fixed\", \"name\": \"f\", \"size\": 2}";
    assertThat(parse(schema(fixed), "0102")).hasToString("[1, 2]");
    assertThat(parse(schema(fixed), "AQI=")).hasToString("[1, 2]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'\"int\"' | abc | '\"abc\" is not an int'",
        "'\"int\"' | 1e3 | '\"1e3\" is not an int'",
        "'\"long\"' | 1.23457E+14 | '\"1.23457E+14\" is not a long'",
        "'\"int\"' | 1,5 | '\"1,5\" is not an int; a decimal comma needs --decimal-comma'",
        "'\"int\"' | \u0661 | '\"\u0661\" is not an int'",
        "'\"double\"' | \u0661 | '\"\u0661\" is not a double'",
        "'\"double\"' | 1e-400 | '\"1e-400\" is out of range for a double'",
        "'\"float\"' | 1e-60 | '\"1e-60\" is out of range for a float'",
        "'\"bytes\"' | AB== | '\"AB==\" is not Base64, or hexadecimal after 0x'",
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
    assertThatThrownBy(() -> parse(schema(type), text)).hasMessage(reason);
  }

  @ParameterizedTest
  @CsvSource({
    "double, 0.1",
    "double, 17850.12",
    "double, 2e23",
    "double, 123456789012.3456",
    "double, 1.7976931348623157E308",
    "double, 4.9e-324",
    "double, 0.30000000000000004",
    "double, -0.000",
    "double, 0.10000000000000001",
    "double, 0.100000000000000005551115123125782702",
    "float, 0.1",
    "float, 16777216",
    "float, 3.4028235e38",
    "float, 1.4e-45",
    "float, -123456.79",
    "float, 123456.789",
    "float, 0.10000000149011612",
  })
  void keepsNumbersThatReadBackAsTheyAreWritten(String type, String text) throws Exception {
    Object value = parse(schema('"' + type + '"'), text);
    assertThat(value)
        .isEqualTo(type.equals("float") ? (Object) Float.valueOf(text) : Double.valueOf(text));
  }

  @ParameterizedTest
  @CsvSource({
    "double, 17850.123456789012345, 17850.123456789013",
    "double, 9007199254740993, 9007199254740992",
    "double, 3e-324, 5E-324",
    "float, 16777217, 16777216",
    "float, 123456.788, 123456.79",
    "float, 0.10000000149011613, 0.1",
  })
  void refusesDigitsThatABinaryNumberDoesNotKeep(String type, String text, String kept) {
    assertThatThrownBy(() -> parse(schema('"' + type + '"'), text))
        .hasMessage(
            "\"%s\" has digits that a %s does not keep: it would become %s", text, type, kept);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "time-millis | int | 25:00 | 13:45:00.5, or milliseconds of the day",
        "timestamp-micros | long | -0044-03-15 10:00 |"
            + " 2026-01-31T13:45:00Z, with years 0001 to 9999, or microseconds since 1970",
        "local-timestamp-millis | long | soon |"
            + " 2026-01-31T13:45:00, with years 0001 to 9999, or milliseconds since 1970",
      })
  void namesTheUnitAndTheYears(String logical, String type, String text, String hint) {
    assertThatThrownBy(() -> parse(schema(logical(type, logical)), text))
        .hasMessage("\"%s\" is not a %s (%s)", text, logical, hint);
  }

  @Test
  void namesTheOptionsOfOtherStyles() {
    assertThatThrownBy(() -> parse(schema("\"double\""), "1.234,5"))
        .hasMessage("\"1.234,5\" is not a double; a decimal comma needs --decimal-comma");
    assertThatThrownBy(() -> parse(schema("\"int\""), "1,234"))
        .hasMessage(
            "\"1,234\" is not an int; a decimal comma needs --decimal-comma;"
                + " commas between thousands need --thousands ,");
    assertThatThrownBy(() -> parse(schema("\"double\""), "1,234.5"))
        .hasMessage("\"1,234.5\" is not a double; commas between thousands need --thousands ,");
  }

  @Test
  void refusesWhatATypeCannotHold() {
    assertThatThrownBy(() -> parse(schema(DECIMAL), "1.234"))
        .hasMessage("\"1.234\" has more than 2 digits behind the point");
    assertThatThrownBy(() -> parse(schema(DECIMAL), "12345.6"))
        .hasMessage("\"12345.6\" has too many digits for a decimal(6, 2)");
    assertThatThrownBy(() -> parse(schema(logical("int", "date")), "31.1.2026"))
        .hasMessage(
            "\"31.1.2026\" is not a date (2026-01-31, with years 0001 to 9999, or days since 1970)");
    assertThatThrownBy(() -> parse(schema(logical("int", "time-millis")), "86400000"))
        .hasMessage("\"86400000\" is out of range for a time-millis");
    assertThatThrownBy(() -> parse(schema(logical("string", "uuid")), "1-2-3-4-5"))
        .hasMessage("\"1-2-3-4-5\" is not a uuid");
    String kinds = "{\"type\": \"enum\", \"name\": \"e\", \"symbols\": [\"BUY\", \"SELL\"]}";
    assertThatThrownBy(() -> parse(schema(kinds), "HOLD"))
        .hasMessage("\"HOLD\" is not one of BUY, SELL");
    String fixed = "{\"type\": \"fixed\", \"name\": \"f\", \"size\": 2}";
    assertThatThrownBy(() -> parse(schema(fixed), "AQ=="))
        .hasMessage("\"AQ==\" has 1 byte instead of 2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-02-30",
        "2026-02-29",
        "2026-04-31",
        "2026-13-01",
        "2026-00-10",
        "2026-01-00",
        "0000-01-01",
        "-0001-01-01",
        "-2026-01-01",
        "10000-01-01",
        "+10000-01-01",
        "26-01-01",
        "2026-1-1"
      })
  void refusesDaysThatDoNotExistInEveryType(String day) {
    assertBad("date", "int", day);
    for (String kind : List.of("timestamp-millis", "timestamp-micros")) {
      assertBad(kind, "long", day + "T10:00:00Z");
      assertBad(kind, "long", day + " 10:00:00");
      assertBad("local-" + kind, "long", day + "T10:00:00");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"24:00", "24:00:00", "25:00", "12:60", "12:00:60", "23:59:60", "1:00", "-1:00"})
  void refusesTimesThatDoNotExistInEveryType(String time) {
    assertBad("time-millis", "int", time);
    assertBad("time-micros", "long", time);
    for (String kind : List.of("timestamp-millis", "timestamp-micros")) {
      assertBad(kind, "long", "2026-01-31T" + time + "Z");
      assertBad(kind, "long", "2026-01-31 " + time);
      assertBad("local-" + kind, "long", "2026-01-31T" + time);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"+19:00", "-25:00", "+02:60", "ZZ", "+02:00+02:00", "+2", "+02:0", "[UTC]"})
  void refusesOffsetsThatDoNotExist(String offset) {
    assertBad("timestamp-millis", "long", "2026-01-31T10:00:00" + offset);
    assertBad("timestamp-micros", "long", "2026-01-31T10:00:00" + offset);
    assertBad("local-timestamp-millis", "long", "2026-01-31T10:00:00" + offset);
  }

  @Test
  void aLocalTimestampHasNoOffset() {
    assertBad("local-timestamp-millis", "long", "2026-01-31T10:00:00Z");
    assertBad("local-timestamp-micros", "long", "2026-01-31T10:00:00+01:00");
  }

  @ParameterizedTest
  @CsvSource({
    "time-millis, int, 13:45:00.0001, milliseconds",
    "time-micros, long, 13:45:00.0000001, microseconds",
    "timestamp-millis, long, 1970-01-01 00:00:01.2349, milliseconds",
    "timestamp-millis, long, 1969-12-31T23:59:59.9999Z, milliseconds",
    "timestamp-micros, long, 1970-01-01T00:00:01.123456789+02:00, microseconds",
    "local-timestamp-millis, long, 1970-01-01T00:00:01.000001, milliseconds",
    "local-timestamp-micros, long, 1970-01-01T00:00:01.0000001, microseconds",
  })
  void doesNotCutDigits(String logical, String type, String text, String unit) {
    assertThatThrownBy(() -> parse(schema(logical(type, logical)), text))
        .hasMessage("\"%s\" has digits finer than the %s of a %s", text, unit, logical);
  }

  @Test
  void doesNotCutDigitsAfterAFormat() {
    Schema schema = schema(logical("long", "timestamp-millis"));
    TextStyle style = format("M/d/yyyy H:mm:ss.SSSSSS");
    assertThatThrownBy(() -> TextValues.parse(schema, "1/2/1970 0:00:00.000001", style))
        .hasMessageContaining("has digits finer than the milliseconds of a timestamp-millis");
  }

  @ParameterizedTest
  @CsvSource({
    "M/d/yyyy H:mm, timestamp-millis, long, 12/1/2010 8:26, 1291191960000",
    "yyyyMMdd, date, int, 20260131, 20484",
    "d-MMM-yy, date, int, 31-JAN-26, 20484",
    "h:mm a, time-millis, int, 1:45 pm, 49500000",
    "M/d/yyyy, timestamp-micros, long, 1/2/1970, 86400000000",
    "M/d/yyyy HH:mmXXX, timestamp-millis, long, 1/1/1970 02:00+02:00, 0",
    "M/d/yyyy H:mm, date, int, 1/31/2026 0:00, 20484",
    "M/d/yyyy H:mm, local-timestamp-millis, long, 1/2/1970 0:00, 86400000",
  })
  void readsTimesAfterAFormat(
      String pattern, String logical, String type, String text, String value) throws Exception {
    assertThat(TextValues.parse(schema(logical(type, logical)), text, format(pattern)))
        .hasToString(value);
  }

  @ParameterizedTest
  @CsvSource({
    "M/d/yyyy H:mm, timestamp-millis, long, 2/30/2026 8:26",
    "M/d/yyyy H:mm, timestamp-millis, long, 2/28/2026 24:00",
    "M/d/yyyy H:mm, timestamp-millis, long, 31/1/2026 8:26",
    "M/d/yyyy H:mm, timestamp-millis, long, 1/31/2026 8:26 x",
    "M/d/yyyy H:mm, timestamp-millis, long, 2026-01-31T08:26:00Z",
    "M/d/yyyy H:mm, timestamp-millis, long, 1769839500000",
    "M/d/yyyy H:mm, date, int, 1/31/2026 8:26",
    "M/d/yyyy, date, int, 1/31/0000",
    "M/d/yyyy, date, int, 1/31/+12026",
    "h:mm a, time-millis, int, 13:45 pm",
  })
  void refusesWhatDoesNotFollowTheFormat(String pattern, String logical, String type, String text) {
    Schema schema = schema(logical(type, logical));
    assertThatThrownBy(() -> TextValues.parse(schema, text, format(pattern)))
        .hasMessage("\"%s\" is not a %s (format %s)", text, logical, pattern);
  }

  @Test
  void readsLocalTimesInAZone() throws Exception {
    TextStyle berlin = new TextStyle(null, ZoneId.of("Europe/Berlin"), '.', (char) 0);
    Schema millis = schema(logical("long", "timestamp-millis"));
    assertThat(TextValues.parse(millis, "1970-01-01 01:00", berlin)).isEqualTo(0L);
    assertThat(TextValues.parse(millis, "1970-01-01 00:00Z", berlin)).isEqualTo(0L);
    // Shown twice when clocks are set back: the first.
    assertThat(TextValues.parse(millis, "2026-10-25 02:30", berlin))
        .isEqualTo(Instant.parse("2026-10-25T00:30:00Z").toEpochMilli());
    assertThatThrownBy(() -> TextValues.parse(millis, "2026-03-29 02:30", berlin))
        .hasMessageContaining("is not a timestamp-millis");
    Schema local = schema(logical("long", "local-timestamp-millis"));
    assertThat(TextValues.parse(local, "1970-01-01 01:00", berlin)).isEqualTo(3_600_000L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "double | 1.234,5 | , | . | 1234.5",
        "double | 1234,5 | , | . | 1234.5",
        "double | -1.234.567 | , | . | -1234567.0",
        "double | 1,234.5 | . | , | 1234.5",
        "int | 1,234 | . | , | 1234",
        "int | 1 234,0 | , | space | 1234",
        "long | 1\u00A0234\u202F567 | , | space | 1234567",
        "double | 1'234.5 | . | ' | 1234.5",
        "double | 1,5e3 | , | | 1500.0",
      })
  void readsNumbersOfOtherStyles(
      String type, String text, char decimal, String thousands, String value) throws Exception {
    assertThat(TextValues.parse(schema('"' + type + '"'), text, style(decimal, thousands)))
        .hasToString(value);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "double | 1.5 | , | ",
        "double | 1.5 | , | .",
        "double | 12.34.567 | , | .",
        "double | 1,23 | . | ,",
        "double | 1,2345 | . | ,",
        "double | ,234 | . | ,",
        "double | 1,234,5 | , | ",
        "double | 1.234,567.8 | . | ,",
        "int | 1,5 | , | ",
      })
  void refusesNumbersOfOtherStyles(String type, String text, char decimal, String thousands) {
    assertThatThrownBy(
            () -> TextValues.parse(schema('"' + type + '"'), text, style(decimal, thousands)))
        .hasMessageStartingWith("\"" + text + "\" is not a");
  }

  @Test
  void onlyPairsOfHexadecimalDigitsAreHexadecimal() throws Exception {
    Schema bytes = schema("\"bytes\"");
    assertThat(parse(bytes, "0xAB")).isEqualTo(ByteBuffer.wrap(new byte[] {(byte) 0xAB}));
    assertThat(parse(bytes, "0x")).isEqualTo(ByteBuffer.wrap(new byte[0]));
    for (String base64 : List.of("0xyz", "0xABCDE=", "0XAB")) {
      assertThat(parse(bytes, base64))
          .isEqualTo(ByteBuffer.wrap(Base64.getDecoder().decode(base64)));
    }
    String fixed = "{\"type\": \"fixed\", \"name\": \"f\", \"size\": 3}";
    assertThat(parse(schema(fixed), "0xAB"))
        .hasToString(Arrays.toString(Base64.getDecoder().decode("0xAB")));
    assertThat(parse(schema(fixed), "0x010203")).hasToString("[1, 2, 3]");
  }

  private static void assertBad(String logical, String type, String text) {
    assertThatThrownBy(() -> parse(schema(logical(type, logical)), text))
        .as(logical + " " + text)
        .isInstanceOf(BadValueException.class);
  }

  private static TextStyle format(String pattern) {
    return TextStyle.STANDARD.with(new TimeFormat(pattern));
  }

  private static TextStyle style(char decimal, String thousands) {
    return ReadOptions.of(null, "UTC", decimal, thousands, List.of(), List.of()).style();
  }

  private static Object parse(Schema schema, String text) throws BadValueException {
    return TextValues.parse(schema, text, TextStyle.STANDARD);
  }

  private static Schema schema(String json) {
    return new Schema.Parser().parse(json);
  }
}
