package io.sluice.definition.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.sluice.definition.model.DefinitionException;
import io.sluice.definition.model.Problem;
import io.sluice.definition.yaml.Problems;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Schemas of a few kilobytes that stand for more than anybody can look at. */
class HostileSchemasTest {
  private static final String TOO_WIDE =
      "the schema has more than 2,000 columns, those of nested records counted wherever they are used. Make it smaller.";
  private static final String TOO_DEEP =
      "the schema nests records, arrays and maps more than 40 levels deep. Make it smaller.";
  private static final Duration AT_ONCE = Duration.ofSeconds(10);

  @TempDir Path folder;

  private static String record(String name, String fields) {
    return "{\"type\": \"record\", \"name\": \"%s\", \"fields\": [%s]}".formatted(name, fields);
  }

  private static String field(String name, String type) {
    return "{\"name\": \"%s\", \"type\": %s}".formatted(name, type);
  }

  /** Each record uses the next one twice; the first use defines it. */
  private static String doubling(int levels, String around, String behind) {
    String inner = "\"int\"";
    for (int i = levels; i > 0; i--) {
      String again = i == levels ? "\"int\"" : "\"R" + (i + 1) + "\"";
      inner =
          record(
              "R" + i,
              field("a", around.formatted(inner)).replaceFirst("}$", behind + "}")
                  + ", "
                  + field("b", around.formatted(again)).replaceFirst("}$", behind + "}"));
    }
    return inner;
  }

  /** Every record contains every other one: there are more ways through than atoms. */
  private static String complete(int records, String around) {
    String names =
        IntStream.range(0, records)
            .mapToObj(i -> field("f" + i, around.formatted("\"C" + i + "\"")))
            .collect(Collectors.joining(", "));
    String inner = record("C" + (records - 1), names);
    for (int i = records - 2; i >= 0; i--) {
      String next = "\"name\": \"f" + (i + 1) + "\", \"type\": ";
      inner =
          record(
              "C" + i,
              names.replace(
                  next + around.formatted("\"C" + (i + 1) + "\""), next + around.formatted(inner)));
    }
    return inner;
  }

  private static String nested(int levels, String before) {
    return record("R", field("f", before.repeat(levels) + "\"int\"" + "}".repeat(levels)));
  }

  static List<Arguments> bombs() {
    String array = "{\"type\": \"array\", \"items\": ";
    String map = "{\"type\": \"map\", \"values\": ";
    return List.of(
        Arguments.of("a record used twice", doubling(30, "%s", ""), TOO_WIDE),
        Arguments.of("nullable", doubling(30, "[\"null\", %s]", ""), TOO_WIDE),
        Arguments.of(
            "in arrays", doubling(19, "{\"type\": \"array\", \"items\": %s}", ""), TOO_WIDE),
        Arguments.of("with defaults", doubling(30, "%s", ", \"default\": {}"), TOO_WIDE),
        Arguments.of("more levels than columns", nested(41, array), TOO_DEEP),
        Arguments.of("maps", nested(41, map), TOO_DEEP),
        Arguments.of(
            "a long number",
            "{\"type\": \"fixed\", \"name\": \"F\", \"size\": 1" + "0".repeat(2_000) + "}",
            "not JSON: "),
        Arguments.of(
            "a union of many",
            record(
                "R",
                field(
                    "f",
                    IntStream.range(0, 1_900)
                        .mapToObj(i -> record("U" + i, field("x", "\"int\"")))
                        .collect(Collectors.joining(",", "[", "]")))),
            "U38, U39 and 1,860 more] has no column type"),
        Arguments.of(
            "a large fixed",
            record("R", field("f", "{\"type\": \"fixed\", \"name\": \"F\", \"size\": 2000000000}")),
            "a fixed of 2,000,000,000 bytes is larger than any record: a broker takes 104,857,600 bytes at once"),
        Arguments.of(
            "a large decimal",
            record(
                "R",
                field(
                    "f",
                    "{\"type\": \"fixed\", \"name\": \"F\", \"size\": 2000000000, \"logicalType\": \"decimal\", \"precision\": 10}")),
            "a fixed of 2,000,000,000 bytes is larger"),
        Arguments.of("text that nests", nested(900, array), "not JSON: "),
        Arguments.of("text that nests more", nested(15_000, array), "not JSON: "),
        Arguments.of("each in each", complete(12, "[\"null\", %s]"), TOO_WIDE),
        Arguments.of("each in each, always", complete(8, "%s"), "contains itself"),
        Arguments.of(
            "many fields",
            record(
                "R",
                IntStream.rangeClosed(0, 2_000)
                    .mapToObj(i -> field("f" + i, "\"int\""))
                    .collect(Collectors.joining(","))),
            TOO_WIDE));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bombs")
  void areProblemsOfOneSentence(String what, String schema, String expected) throws IOException {
    Path file = Files.writeString(folder.resolve("bomb.avsc"), schema);
    Problems problems = new Problems();
    assertTimeoutPreemptively(AT_ONCE, () -> AvroFile.read(file, problems));
    List<Problem> found = problems.sorted();
    assertThat(found).isNotEmpty().hasSizeLessThanOrEqualTo(200);
    assertThat(found.get(0).toString()).contains(expected).hasSizeLessThan(1_000);
    assertThat(expected.equals(TOO_WIDE) || expected.equals(TOO_DEEP) ? found.size() : 1).isOne();
  }

  @Test
  void areNoColumns() {
    Schema schema = new Schema.Parser().parse(doubling(30, "%s", ""));
    assertTimeoutPreemptively(
        AT_ONCE,
        () ->
            assertThatThrownBy(() -> AvroColumns.of(schema))
                .isInstanceOf(DefinitionException.class)
                .hasMessageContaining("more than 2,000 columns"));
  }

  @Test
  void leavesWhatPeopleWrite() {
    String wide =
        record(
            "R",
            IntStream.range(0, 2_000)
                .mapToObj(i -> field("f" + i, "\"int\""))
                .collect(Collectors.joining(",")));
    assertThat(AvroColumns.of(new Schema.Parser().parse(wide))).hasSize(2_000);
    Schema deep = new Schema.Parser().parse(nested(39, "{\"type\": \"array\", \"items\": "));
    assertThat(AvroColumns.of(deep)).hasSize(1);
    Schema twice = new Schema.Parser().parse(doubling(10, "%s", ""));
    assertThat(SchemaBudget.excess(twice)).isEmpty();
    assertThat(AvroColumns.of(twice)).hasSize(2);
  }
}
