package io.sluice.definition.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.definition.model.Column;
import io.sluice.definition.model.ColumnType;
import io.sluice.definition.model.ColumnType.Array;
import io.sluice.definition.model.ColumnType.Decimal;
import io.sluice.definition.model.ColumnType.MapOf;
import io.sluice.definition.model.ColumnType.Simple;
import io.sluice.definition.model.ColumnType.Struct;
import io.sluice.definition.model.DefinitionException;
import io.sluice.definition.model.Problem;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which column type each Avro type becomes. What becomes none is in {@code specs/datasets.yaml}.
 */
class AvroColumnsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"boolean\" | BOOLEAN",
        "\"int\" | INT",
        "\"long\" | LONG",
        "\"float\" | FLOAT",
        "\"double\" | DOUBLE",
        "\"string\" | STRING",
        "\"bytes\" | BYTES",
        "{\"type\": \"enum\", \"name\": \"E\", \"symbols\": [\"A\"]} | STRING",
        "{\"type\": \"fixed\", \"name\": \"F\", \"size\": 4} | BYTES",
        "{\"type\": \"string\", \"logicalType\": \"uuid\"} | STRING",
        "{\"type\": \"int\", \"logicalType\": \"date\"} | DATE",
        "{\"type\": \"int\", \"logicalType\": \"time-millis\"} | TIME_MILLIS",
        "{\"type\": \"long\", \"logicalType\": \"time-micros\"} | TIME_MICROS",
        "{\"type\": \"long\", \"logicalType\": \"timestamp-millis\"} | TIMESTAMP_MILLIS",
        "{\"type\": \"long\", \"logicalType\": \"timestamp-micros\"} | TIMESTAMP_MICROS",
        "{\"type\": \"long\", \"logicalType\": \"local-timestamp-millis\"} | LOCAL_TIMESTAMP_MILLIS",
        "{\"type\": \"long\", \"logicalType\": \"local-timestamp-micros\"} | LOCAL_TIMESTAMP_MICROS",
        "{\"type\": \"string\", \"logicalType\": \"something of ours\"} | STRING",
      })
  void simpleTypes(String avro, Simple type) {
    assertThat(column(avro)).isEqualTo(new Column("c", type, false));
    assertThat(column("[\"null\", " + avro + "]")).isEqualTo(new Column("c", type, true));
    assertThat(column("[" + avro + ", \"null\"]")).isEqualTo(new Column("c", type, true));
  }

  @Test
  void decimals() {
    String logical = "\"logicalType\": \"decimal\", \"precision\": 12, \"scale\": 3}";
    Column decimal = new Column("c", new Decimal(12, 3), false);
    assertThat(column("{\"type\": \"bytes\", " + logical)).isEqualTo(decimal);
    assertThat(column("{\"type\": \"fixed\", \"name\": \"F\", \"size\": 6, " + logical))
        .isEqualTo(decimal);
    assertThat(
            column("{\"type\": \"bytes\", \"logicalType\": \"decimal\", \"precision\": 38}").type())
        .isEqualTo(new Decimal(38, 0));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "\"bytes\", \"precision\": 0 | its precision is 0 and its scale 0, but a precision is 1 or more, and a scale is from 0 to the precision.",
        "\"bytes\", \"precision\": 3, \"scale\": 4 | its precision is 3 and its scale 4, but",
        "\"fixed\", \"name\": \"F\", \"size\": 4, \"precision\": 10 | its precision is 10 and its scale 0, but a precision is 1 or more and at most 9, the digits of a fixed of 4 bytes, and",
        "\"string\", \"precision\": 3 | it needs bytes or fixed, but stands on string."
      })
  void saysWhyADecimalDoesNotFit(String type, String reason) {
    assertThatThrownBy(() -> column("{\"logicalType\": \"decimal\", \"type\": " + type + "}"))
        .hasMessageContaining("the logical type 'decimal' does not fit here: " + reason);
  }

  @Test
  void nestedTypes() {
    assertThat(column("{\"type\": \"array\", \"items\": [\"null\", \"int\"]}").type())
        .isEqualTo(new Array(Simple.INT, true));
    assertThat(column("{\"type\": \"map\", \"values\": \"long\"}").type())
        .isEqualTo(new MapOf(Simple.LONG, false));
    assertThat(
            column(
                    "{\"type\": \"record\", \"name\": \"N\", \"fields\": [{\"name\": \"x\", \"type\":"
                        + " [\"null\", \"string\"]}, {\"name\": \"y\", \"type\": {\"type\": \"array\","
                        + " \"items\": {\"type\": \"map\", \"values\": \"float\"}}}]}")
                .type())
        .isEqualTo(
            new Struct(
                List.of(
                    new Column("x", Simple.STRING, true),
                    new Column("y", new Array(new MapOf(Simple.FLOAT, false), false), false))));
  }

  @Test
  void aNamedTypeMayStandTwice() {
    Schema schema =
        new Schema.Parser()
            .parse(
                "{\"type\": \"record\", \"name\": \"R\", \"fields\": [{\"name\": \"a\", \"type\":"
                    + " {\"type\": \"record\", \"name\": \"N\", \"fields\": [{\"name\": \"x\","
                    + " \"type\": \"int\"}]}}, {\"name\": \"b\", \"type\": \"N\"}]}");
    ColumnType nested = new Struct(List.of(new Column("x", Simple.INT, false)));
    assertThat(AvroColumns.of(schema))
        .containsExactly(new Column("a", nested, false), new Column("b", nested, false));
  }

  @Test
  void reportsEveryFieldThatHasNoColumnType() {
    Schema schema =
        new Schema.Parser()
            .parse(
                "{\"type\": \"record\", \"name\": \"R\", \"fields\": [{\"name\": \"a\", \"type\":"
                    + " \"null\"}, {\"name\": \"b\", \"type\": [\"int\", \"string\"]}]}");
    assertThatThrownBy(() -> AvroColumns.of(schema))
        .isInstanceOfSatisfying(
            DefinitionException.class,
            failure ->
                assertThat(failure.problems()).extracting(Problem::path).containsExactly("a", "b"));
  }

  @Test
  void everyTypeHasAlogicalTypeOfTheContractStandard() {
    Map<ColumnType, String> natural =
        Map.of(
            Simple.BOOLEAN,
            "boolean",
            Simple.LONG,
            "integer",
            Simple.DOUBLE,
            "number",
            new Decimal(5, 2),
            "number",
            Simple.STRING,
            "string",
            Simple.DATE,
            "date",
            Simple.TIME_MICROS,
            "time",
            Simple.LOCAL_TIMESTAMP_MILLIS,
            "timestamp",
            new Array(Simple.INT, false),
            "array",
            new MapOf(Simple.INT, false),
            "object");
    natural.forEach(
        (type, name) -> assertThat(PropertyReader.logicalTypes(type).get(0)).isEqualTo(name));
  }

  private static Column column(String avro) {
    return AvroColumns.of(
            new Schema.Parser()
                .parse(
                    "{\"type\": \"record\", \"name\": \"R\", \"fields\": [{\"name\": \"c\", \"type\": "
                        + avro
                        + "}]}"))
        .get(0);
  }
}
