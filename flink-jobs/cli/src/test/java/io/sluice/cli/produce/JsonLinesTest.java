package io.sluice.cli.produce;

import static io.sluice.cli.produce.Schemas.field;
import static io.sluice.cli.produce.Schemas.logical;
import static io.sluice.cli.produce.Schemas.trips;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesTest {
  private static final Schema SCHEMA =
      trips(
          field("id", "\"string\""),
          field("at", logical("long", "timestamp-millis")),
          field("price", "[\"null\", \"double\"]"));

  @TempDir private Path folder;

  @Test
  void readsObjectsAndReportsTheOthers() throws IOException {
    assertThat(
            read(
                """
                {"id": "a", "at": "1970-01-01T00:00:01Z", "price": 1.5}
                {"id": "b", "at": 7, "price": null}

                {"id": "c", "at": 8, "price": {"double": "2.5"}, "extra": 1}
                {"id": 4, "at": true}
                {"id": "e"
                [1]
                {"id": "f", "id": "g", "at": 1}
                """))
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("1 {\"id\": \"a\", \"at\": 1000, \"price\": 1.5}"),
            line -> assertThat(line).isEqualTo("2 {\"id\": \"b\", \"at\": 7, \"price\": null}"),
            line -> assertThat(line).isEqualTo("4 {\"id\": \"c\", \"at\": 8, \"price\": 2.5}"),
            line ->
                assertThat(line)
                    .isEqualTo("5 bad: id: 4 is not a string; at: true is not a timestamp-millis"),
            line ->
                assertThat(line)
                    .startsWith("6 bad: is not JSON: Unexpected end-of-input")
                    .doesNotContain("REDACTED"),
            line ->
                assertThat(line)
                    .isEqualTo(
                        "7 bad: is a JSON array: each line must be one object (jq -c '.[]' unpacks an array)"),
            line -> assertThat(line).startsWith("8 bad: is not JSON: Duplicate field 'id'"));
  }

  @Test
  void namesTheUnknownFields() throws IOException {
    Path file = folder.resolve("trips.jsonl");
    Files.writeString(file, "{\"id\": \"a\", \"at\": 1, \"extra\": 1}\n");
    try (RecordReader lines = open(file, SCHEMA)) {
      assertThat(lines.next()).isPresent();
      assertThat(lines.unknownColumns())
          .containsExactly("the column extra is not in the schema of trips and is left out.");
    }
  }

  @Test
  void changesNoValueInSilence() throws IOException {
    Schema numbers =
        trips(
            field("n", "[\"null\", \"long\"]"),
            field("f", "[\"null\", \"double\"]"),
            field("s", "[\"null\", \"string\"]"),
            field("b", "[\"null\", \"boolean\"]"));
    assertThat(
            read(
                numbers,
                """
                {"n": 17850.0, "f": 1e3}
                {"n": 1e3, "f": 5}
                {"n": 17850.5}
                {"n": 9223372036854775808}
                {"n": 1e19}
                {"n": "12"}
                {"n": NaN}
                {"f": 1e400}
                {"f": 1e-400}
                {"n": 1} x
                {"n": 1}{"n": 2}
                {"s": 1}
                {"s": true}
                {"b": "true", "s": "\\ud83d\\ude00"}
                {"b": 1}
                {"s": "a\\ud800"}
                {"n": 1, "n": 1}
                """))
        .satisfiesExactly(
            line -> assertThat(line).startsWith("1 {\"n\": 17850, \"f\": 1000.0"),
            line -> assertThat(line).startsWith("2 {\"n\": 1000, \"f\": 5.0"),
            line -> assertThat(line).isEqualTo("3 bad: n: \"17850.5\" is not a long"),
            line ->
                assertThat(line)
                    .isEqualTo("4 bad: n: \"9223372036854775808\" is out of range for a long"),
            line ->
                assertThat(line)
                    .isEqualTo("5 bad: n: \"10000000000000000000\" is out of range for a long"),
            line -> assertThat(line).startsWith("6 {\"n\": 12,"),
            line -> assertThat(line).startsWith("7 bad: is not JSON"),
            line ->
                assertThat(line).startsWith("8 bad: f: \"1E+400\" is out of range for a double"),
            line ->
                assertThat(line).startsWith("9 bad: f: \"1E-400\" is out of range for a double"),
            line -> assertThat(line).startsWith("10 bad: is not JSON"),
            line -> assertThat(line).startsWith("11 bad: is not JSON"),
            line -> assertThat(line).isEqualTo("12 bad: s: 1 is not a string"),
            line -> assertThat(line).isEqualTo("13 bad: s: true is not a string"),
            line -> assertThat(line).endsWith("\"s\": \"\uD83D\uDE00\", \"b\": true}"),
            line -> assertThat(line).isEqualTo("15 bad: b: 1 is not a boolean"),
            line ->
                assertThat(line)
                    .isEqualTo("16 bad: s: has \\ud800, half of a character, at position 2"),
            line -> assertThat(line).startsWith("17 bad: is not JSON: Duplicate field 'n'"));
  }

  @Test
  void twoValuesInALineAreABadLine() throws IOException {
    assertThat(read("{\"id\": \"a\", \"at\": 1} {\"id\": \"b\", \"at\": 1}"))
        .containsExactly("1 bad: is not JSON: more stands behind its first value (column 22)");
  }

  @Test
  void aDayThatDoesNotExistIsABadLine() throws IOException {
    assertThat(read("{\"id\": \"a\", \"at\": \"2026-02-30T12:00:00Z\"}"))
        .containsExactly(
            "1 bad: at: \"2026-02-30T12:00:00Z\" is not a timestamp-millis (2026-01-31T13:45:00Z, with years 0001 to 9999, or milliseconds since 1970)");
  }

  @Test
  void keysGoToFieldsOfOtherNames() throws IOException {
    Path file = folder.resolve("trips.jsonl");
    Files.writeString(
        file,
        "{\"Trip\": \"a\", \"at\": \"31.1.2026 7:05\"}\n{\"Trip\": \"a\", \"id\": \"b\", \"at\": \"1.1.2026 7:05\"}\n");
    ReadOptions options =
        ReadOptions.of(
            null,
            "Europe/Berlin",
            '.',
            null,
            List.of("at=d.M.yyyy H:mm"),
            List.of("Trip=id", "Prize=price"));
    try (RecordReader lines =
        RecordReader.open(file, InputStream.nullInputStream(), SCHEMA, options)) {
      assertThat(((InputLine.Good) lines.next().orElseThrow()).value())
          .hasToString("{\"id\": \"a\", \"at\": 1769839500000, \"price\": null}");
      assertThat(((InputLine.Bad) lines.next().orElseThrow()).reason())
          .isEqualTo("id: two keys of the object go to this field");
      assertThat(lines.unknownColumns()).containsExactly("--map Prize: no line has this key.");
    }
  }

  private List<String> read(String text) throws IOException {
    return read(SCHEMA, text);
  }

  private List<String> read(Schema schema, String text) throws IOException {
    Path file = folder.resolve("trips.jsonl");
    Files.writeString(file, text);
    return CsvRecordsTest.lines(open(file, schema));
  }

  static RecordReader open(Path file, Schema schema) throws IOException {
    return RecordReader.open(file, InputStream.nullInputStream(), schema, ReadOptions.STANDARD);
  }
}
