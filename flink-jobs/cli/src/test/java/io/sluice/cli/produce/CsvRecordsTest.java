package io.sluice.cli.produce;

import static io.sluice.cli.produce.Schemas.field;
import static io.sluice.cli.produce.Schemas.trips;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.CommandFailure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CsvRecordsTest {
  private static final Schema SCHEMA =
      trips(
          field("id", "\"string\""),
          field("distance", "[\"null\", \"double\"]"),
          field("note", "[\"null\", \"string\"]"));

  @TempDir private Path folder;

  @Test
  void readsQuotedFieldsAndKeepsTheEmptyStringApartFromNull() throws IOException {
    assertThat(
            read(
                SCHEMA,
                """
                id,distance,note
                a,1.5,"say ""hi"", you"
                b,,
                c,2,""
                """))
        .containsExactly(
            "2 {\"id\": \"a\", \"distance\": 1.5, \"note\": \"say \\\"hi\\\", you\"}",
            "3 {\"id\": \"b\", \"distance\": null, \"note\": null}",
            "4 {\"id\": \"c\", \"distance\": 2.0, \"note\": \"\"}");
  }

  @Test
  void reportsBadLinesWithTheirNumbersAndGoesOn() throws IOException {
    assertThat(
            read(
                SCHEMA,
                """
                id,distance,note
                a,far,x
                ,abc,x
                b,1
                "c"x,1,y

                d,3,ok
                """))
        .containsExactly(
            "2 bad: distance: \"far\" is not a double",
            "3 bad: id: is missing, and the schema allows no null; distance: \"abc\" is not a double",
            "4 bad: has 2 cells, but the header has 3",
            "5 bad: is not CSV: text stands behind the closing quote of a cell",
            "7 {\"id\": \"d\", \"distance\": 3.0, \"note\": \"ok\"}");
  }

  @Test
  void aRecordOverSeveralLinesBearsTheNumberOfItsFirst() throws IOException {
    assertThat(
            read(
                SCHEMA,
                """
                id,distance,note
                a,1,"two
                lines"
                b,x,y
                """))
        .containsExactly(
            "2 {\"id\": \"a\", \"distance\": 1.0, \"note\": \"two\\nlines\"}",
            "4 bad: distance: \"x\" is not a double");
  }

  @Test
  void aQuoteThatIsNeverClosedCostsOneLine() throws IOException {
    assertThat(
            read(
                SCHEMA,
                """
                id,distance,note
                a,1,"open
                b,2,5" pipe
                c,3,six"" more
                """))
        .containsExactly(
            "2 bad: is not CSV: text stands behind the closing quote of a cell",
            "3 {\"id\": \"b\", \"distance\": 2.0, \"note\": \"5\\\" pipe\"}",
            "4 {\"id\": \"c\", \"distance\": 3.0, \"note\": \"six\\\"\\\" more\"}");
  }

  @Test
  void anOpenQuoteAtTheEndCostsOneLine() throws IOException {
    assertThat(read(SCHEMA, "id,distance,note\na,1,\"open\nb,2,x\n"))
        .containsExactly(
            "2 bad: has a quote that is never closed",
            "3 {\"id\": \"b\", \"distance\": 2.0, \"note\": \"x\"}");
  }

  @Test
  void aLineThatIsNotUtf8IsBad() throws IOException {
    Path file = folder.resolve("trips.csv");
    Files.write(file, "\uFEFFid\na\n\u00e9\nb\n".getBytes(StandardCharsets.UTF_8));
    byte[] bytes = Files.readAllBytes(file);
    bytes[9] = 'x';
    Files.write(file, bytes);
    assertThat(lines(new CsvRecords(file, trips(field("id", "\"string\"")))))
        .containsExactly("2 {\"id\": \"a\"}", "3 bad: is not UTF-8 text", "4 {\"id\": \"b\"}");
  }

  @Test
  void nestedValuesAreJson() throws IOException {
    Schema schema =
        trips(
            field("tags", "{\"type\": \"array\", \"items\": \"string\"}"),
            field("counts", "[\"null\", {\"type\": \"map\", \"values\": \"int\"}]"),
            field(
                "place",
                "{\"type\": \"record\", \"name\": \"p\", \"fields\": [{\"name\": \"lat\", \"type\": \"double\"}]}"));
    assertThat(
            read(
                schema,
                """
                tags,counts,place
                "[""a"",""b""]","{""x"": 1}","{""lat"": 1.5}"
                [],,"{""lat"": 1}"
                "[1]","{""x"": 1.5}","{""lat"": ""far""}"
                nonsense,,{}
                """))
        .containsExactly(
            "2 {\"tags\": [\"a\", \"b\"], \"counts\": {\"x\": 1}, \"place\": {\"lat\": 1.5}}",
            "3 {\"tags\": [], \"counts\": null, \"place\": {\"lat\": 1.0}}",
            "4 bad: tags[0]: \"1\" is not a string; counts{x}: \"1.5\" is not an int; place.lat: \"far\" is not a double",
            "5 bad: tags: is not JSON: Unrecognized token 'nonsense': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false') (column 9); place.lat: is missing, and the schema allows no null");
  }

  @Test
  void aColumnThatTheFileLacksTakesItsDefault() throws IOException {
    Schema schema =
        trips(
            field("id", "\"string\""),
            "{\"name\": \"kind\", \"type\": \"string\", \"default\": \"taxi\"}");
    assertThat(read(schema, "id,extra\na,1\n"))
        .containsExactly("2 {\"id\": \"a\", \"kind\": \"taxi\"}");
    try (CsvRecords records = new CsvRecords(folder.resolve("trips.csv"), schema)) {
      assertThat(records.unknownColumns()).containsExactly("extra");
    }
  }

  @Test
  void refusesAHeaderThatCannotServe() {
    assertThatThrownBy(() -> read(SCHEMA, "distance,note\n1,x\n"))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("line 1 does not name id, which the schema of trips requires");
    assertThatThrownBy(() -> read(SCHEMA, "id,id\n1,x\n"))
        .hasMessageContaining("names the column \"id\" twice");
    assertThatThrownBy(() -> read(SCHEMA, "")).hasMessageContaining("is empty");
  }

  private List<String> read(Schema schema, String text) throws IOException {
    Path file = folder.resolve("trips.csv");
    Files.writeString(file, text);
    return lines(new CsvRecords(file, schema));
  }

  static List<String> lines(RecordReader reader) throws IOException {
    List<String> lines = new ArrayList<>();
    try (reader) {
      for (Optional<InputLine> line = reader.next(); line.isPresent(); line = reader.next()) {
        lines.add(
            line.get().number()
                + (line.get() instanceof InputLine.Bad bad
                    ? " bad: " + bad.reason()
                    : " " + ((InputLine.Good) line.get()).value()));
      }
    }
    return lines;
  }
}
