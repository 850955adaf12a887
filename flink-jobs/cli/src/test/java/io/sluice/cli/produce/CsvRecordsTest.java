package io.sluice.cli.produce;

import static io.sluice.cli.produce.Schemas.field;
import static io.sluice.cli.produce.Schemas.trips;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.cli.platform.RecordBytes;
import io.sluice.cli.text.CommandFailure;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
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
            "5 bad: is not CSV: text stands behind the closing quote of a cell (cell 1)",
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
  void lineEndsInsideQuotesStayAsTheyAre() throws IOException {
    assertThat(
            texts(
                "id,distance,note\r\na,1,\"x\ny\"\r\nb,1,\"x\r\ny\"\r\nc,1,\"x\ry\"\r\nd,1,\"\n\r\r\n\""))
        .containsExactly("2 x\ny", "4 x\r\ny", "6 x\ry", "8 \n\r\r\n");
  }

  @Test
  void readsEveryKindOfLineEndAndALastLineWithoutOne() throws IOException {
    for (String end : List.of("\n", "\r\n", "\r")) {
      assertThat(texts("id,distance,note" + end + "a,1,x" + end + end + "b,1,y"))
          .containsExactly("2 x", "4 y");
    }
  }

  @Test
  void aCellOfManyLinesIsOneRecord() throws IOException {
    String content = "l,1,x\n".repeat(100_000);
    assertThat(texts("id,distance,note\na,1,\"" + content + "\"\nb,2,y\n"))
        .containsExactly("2 " + content, "100003 y");
  }

  @Test
  void aQuoteThatIsNeverClosedMakesTheRestOneBadLine() throws IOException {
    assertThat(read(SCHEMA, "id,distance,note\na,1,\"open\nb,2,x\nc,3,y\n"))
        .containsExactly(
            "2 bad: has a quote that is never closed (cell 3); the rest of the input up to line 4 is left out");
    // As if no cell were quoted, line 3 would be a record.
    assertThat(read(SCHEMA, "id,distance,note\na,1,\"open\nb,2,x\nc,3,\"y\" z\nd,4,\"u\"\n"))
        .hasSize(1)
        .allMatch(line -> line.startsWith("2 bad: has a quote that is never closed"));
  }

  @Test
  void aQuoteThatIsNotDoubledCostsItsRow() throws IOException {
    assertThat(
            read(
                SCHEMA,
                """
                id,distance,note
                a,1,"say "hi" there
                b,2,x"
                c,3,5" pipe
                d,4,six"" more
                """))
        .containsExactly(
            "2 bad: is not CSV: text stands behind the closing quote of a cell (cell 3)",
            "4 {\"id\": \"c\", \"distance\": 3.0, \"note\": \"5\\\" pipe\"}",
            "5 {\"id\": \"d\", \"distance\": 4.0, \"note\": \"six\\\"\\\" more\"}");
  }

  @Test
  void aRowBeyondTheLimitIsOneBadLine() throws IOException {
    String content = "b,2,x\n".repeat(RecordBytes.MAX_RECORD / 6 + 1);
    assertThat(read(SCHEMA, "id,distance,note\na,1,\"" + content + "\"\nc,3,y\n"))
        .containsExactly(
            "2 bad: is longer than 16 MiB",
            (content.length() / 6 + 3) + " {\"id\": \"c\", \"distance\": 3.0, \"note\": \"y\"}");
  }

  @Test
  void aNullCharacterIsContent() throws IOException {
    assertThat(texts("id,distance,note\na,1,x\0y\n")).containsExactly("2 x\0y");
  }

  @Test
  void keepsTheBytesOfBadLines() throws IOException {
    Files.writeString(folder.resolve("trips.csv"), "id,distance,note\r\na,x,\"1\r\n2\"\r\nb,1\r\n");
    try (RecordReader reader = open(SCHEMA, ReadOptions.STANDARD)) {
      assertThat(reader.header()).hasValue("id,distance,note\r\n".getBytes(StandardCharsets.UTF_8));
      assertThat(reader.next().orElseThrow().bytes()).asString().isEqualTo("a,x,\"1\r\n2\"\r\n");
      assertThat(reader.next().orElseThrow().bytes()).asString().isEqualTo("b,1\r\n");
    }
  }

  @Test
  void aLineThatIsNotUtf8IsBadAndNamesThePlace() throws IOException {
    Path file = folder.resolve("trips.csv");
    byte[] text =
        "\uFEFFid,distance,note\na,1,x\n\u00e9,1,x\nb,1,\"\nxy\u00e9\"\nc,1,x\n"
            .getBytes(StandardCharsets.UTF_8);
    Files.write(
        file,
        new String(text, StandardCharsets.ISO_8859_1)
            .replace("\u00c3\u00a9", "\u00e9")
            .getBytes(StandardCharsets.ISO_8859_1));
    assertThat(lines(open(SCHEMA, ReadOptions.STANDARD)))
        .containsExactly(
            "2 {\"id\": \"a\", \"distance\": 1.0, \"note\": \"x\"}",
            "3 bad: is not UTF-8 text (byte 0xE9 at byte 1)",
            "4 bad: is not UTF-8 text (byte 0xE9 at byte 3 of line 5)",
            "6 {\"id\": \"c\", \"distance\": 1.0, \"note\": \"x\"}");
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
            "4 bad: tags[0]: 1 is not a string; counts{x}: \"1.5\" is not an int; place.lat: \"far\" is not a double",
            "5 bad: tags: is not JSON: Unrecognized token 'nonsense': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false') (column 1); place.lat: is missing, and the schema allows no null");
  }

  @Test
  void aColumnThatTheFileLacksTakesItsDefault() throws IOException {
    Schema schema =
        trips(
            field("id", "\"string\""),
            "{\"name\": \"kind\", \"type\": \"string\", \"default\": \"taxi\"}");
    assertThat(read(schema, "id,extra\na,1\n"))
        .containsExactly("2 {\"id\": \"a\", \"kind\": \"taxi\"}");
    try (RecordReader records = open(schema, ReadOptions.STANDARD)) {
      assertThat(records.unknownColumns())
          .containsExactly("the column extra is not in the schema of trips and is left out.");
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
    assertThatThrownBy(() -> read(SCHEMA, "id;distance\n1;x\n"))
        .hasMessageContaining("Try --delimiter ';'.");
    assertThatThrownBy(() -> read(SCHEMA, "ids,distance\n1,x\n"))
        .hasMessageContaining("Did you mean 'ids'? Then add --map COLUMN=id.");
    Schema optional = trips(field("note", "[\"null\", \"string\"]"));
    assertThatThrownBy(() -> read(optional, "other\nx\n"))
        .hasMessageContaining(
            "does not name any column, which the schema of trips has; it names: other");
    assertThatThrownBy(() -> read(SCHEMA, "\"id\n1\n"))
        .hasMessageContaining("line 1: the header has a quote that is never closed");
  }

  @Test
  void columnsGoToFieldsOfOtherNames() throws IOException {
    Files.writeString(folder.resolve("trips.csv"), "The = Id\tFar\na\t1\n");
    assertThat(
            lines(open(SCHEMA, options("tab", List.of(), List.of("The = Id=id", "Far=distance")))))
        .containsExactly("2 {\"id\": \"a\", \"distance\": 1.0, \"note\": null}");
    assertThatThrownBy(() -> open(SCHEMA, options("tab", List.of(), List.of("Fax=distance"))))
        .isInstanceOf(CommandFailure.class)
        .hasMessageContaining("names no column Fax. Did you mean 'Far'?");
    assertThatThrownBy(() -> open(SCHEMA, options("tab", List.of(), List.of("Far=distanze"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "--map Far=distanze: the schema of trips has no field distanze. Did you mean 'distance'?");
    Files.writeString(folder.resolve("trips.csv"), "id,distance,Far\na,1,2\n");
    assertThatThrownBy(() -> open(SCHEMA, options(",", List.of(), List.of("Far=distance"))))
        .hasMessageContaining(
            "names the columns \"distance\" and \"Far\", of which only one can be the field distance");
  }

  @Test
  void readsGzipByItsContentAndTheStandardInput() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write("\uFEFFid,distance,note\na,1,x\n".getBytes(StandardCharsets.UTF_8));
    }
    Files.write(folder.resolve("trips.csv"), packed.toByteArray());
    List<String> expected = List.of("2 {\"id\": \"a\", \"distance\": 1.0, \"note\": \"x\"}");
    assertThat(lines(open(SCHEMA, ReadOptions.STANDARD))).isEqualTo(expected);
    Path named = folder.resolve("trips.CSV.gz");
    Files.write(named, packed.toByteArray());
    InputStream nothing = InputStream.nullInputStream();
    assertThat(lines(RecordReader.open(named, nothing, SCHEMA, ReadOptions.STANDARD)))
        .isEqualTo(expected);
    InputStream in = new ByteArrayInputStream(packed.toByteArray());
    assertThat(lines(RecordReader.open(Path.of("-"), in, SCHEMA, ReadOptions.STANDARD)))
        .isEqualTo(expected);
    InputStream json =
        new ByteArrayInputStream("\n {\"id\": \"b\"}".getBytes(StandardCharsets.UTF_8));
    assertThat(lines(RecordReader.open(Path.of("-"), json, SCHEMA, ReadOptions.STANDARD)))
        .containsExactly("2 {\"id\": \"b\", \"distance\": null, \"note\": null}");
  }

  @Test
  void namesTheFileWhoseGzipIsCutShort() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write("id,distance,note\na,1,x\n".getBytes(StandardCharsets.UTF_8));
    }
    for (int size : new int[] {2, 9, 20}) {
      Files.write(folder.resolve("trips.csv"), Arrays.copyOf(packed.toByteArray(), size));
      assertThatThrownBy(() -> open(SCHEMA, ReadOptions.STANDARD))
          .isInstanceOf(CommandFailure.class)
          .hasMessageContaining("trips.csv begins as gzip and cannot be unpacked")
          .hasMessageContaining("Copy or pack it again");
    }
    byte[] damaged = packed.toByteArray();
    damaged[2] = 99;
    Files.write(folder.resolve("trips.csv"), damaged);
    assertThatThrownBy(() -> open(SCHEMA, ReadOptions.STANDARD))
        .hasMessageContaining("cannot be unpacked (Unsupported compression method)");
  }

  @Test
  void refusesOtherFormatsWithTheRemedy() throws IOException {
    Files.write(folder.resolve("trips.csv"), "\uFEFFid\na\n".getBytes(StandardCharsets.UTF_16LE));
    assertThatThrownBy(() -> open(SCHEMA, ReadOptions.STANDARD))
        .hasMessageContaining("iconv -f UTF-16 -t UTF-8");
    Files.write(folder.resolve("trips.csv"), "id\na\n".getBytes(StandardCharsets.UTF_16BE));
    assertThatThrownBy(() -> open(SCHEMA, ReadOptions.STANDARD))
        .hasMessageContaining("is UTF-16 text");
    Files.write(folder.resolve("trips.csv"), new byte[] {'P', 'K', 3, 4, 0, 0});
    assertThatThrownBy(() -> open(SCHEMA, ReadOptions.STANDARD))
        .hasMessageContaining("spreadsheet");
  }

  /** The line number and the note of each record. */
  private List<String> texts(String text) throws IOException {
    Files.writeString(folder.resolve("trips.csv"), text);
    List<String> notes = new ArrayList<>();
    try (RecordReader reader = open(SCHEMA, ReadOptions.STANDARD)) {
      for (Optional<InputLine> line = reader.next(); line.isPresent(); line = reader.next()) {
        InputLine.Good good = (InputLine.Good) line.get();
        notes.add(good.number() + " " + good.value().get("note"));
      }
    }
    return notes;
  }

  private RecordReader open(Schema schema, ReadOptions options) throws IOException {
    return RecordReader.open(
        folder.resolve("trips.csv"), InputStream.nullInputStream(), schema, options);
  }

  private static ReadOptions options(String delimiter, List<String> formats, List<String> maps) {
    return ReadOptions.of(delimiter, "UTC", '.', null, formats, maps);
  }

  private List<String> read(Schema schema, String text) throws IOException {
    Files.writeString(folder.resolve("trips.csv"), text);
    return lines(open(schema, ReadOptions.STANDARD));
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
