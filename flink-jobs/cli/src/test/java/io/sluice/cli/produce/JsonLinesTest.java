package io.sluice.cli.produce;

import static io.sluice.cli.produce.Schemas.field;
import static io.sluice.cli.produce.Schemas.logical;
import static io.sluice.cli.produce.Schemas.trips;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
                    .isEqualTo(
                        "5 bad: id: \"4\" is not a string; at: \"true\" is not a timestamp-millis"),
            line ->
                assertThat(line)
                    .startsWith("6 bad: is not JSON: Unexpected end-of-input")
                    .doesNotContain("REDACTED"),
            line -> assertThat(line).isEqualTo("7 bad: is not a JSON object"),
            line -> assertThat(line).startsWith("8 bad: is not JSON: Duplicate field 'id'"));
  }

  @Test
  void namesTheUnknownFields() throws IOException {
    Path file = folder.resolve("trips.jsonl");
    Files.writeString(file, "{\"id\": \"a\", \"at\": 1, \"extra\": 1}\n");
    try (JsonLines lines = new JsonLines(file, SCHEMA)) {
      assertThat(lines.next()).isPresent();
      assertThat(lines.unknownColumns()).containsExactly("extra");
    }
  }

  private List<String> read(String text) throws IOException {
    Path file = folder.resolve("trips.jsonl");
    Files.writeString(file, text);
    return CsvRecordsTest.lines(new JsonLines(file, SCHEMA));
  }
}
