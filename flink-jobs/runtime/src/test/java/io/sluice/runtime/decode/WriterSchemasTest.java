package io.sluice.runtime.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.sluice.definition.model.Column;
import io.sluice.runtime.codec.AvroRowReader;
import io.sluice.runtime.codec.IncompatibleSchemaException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.Schema;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriterSchemasTest {
  private static final String ID = "{'name': 'id', 'type': 'string'}";

  private static String record(String name, String... fields) {
    return "{'type': 'record', 'name': '%s', 'fields': [%s]}"
        .formatted(name, String.join(", ", fields));
  }

  private static Schema parse(String... texts) throws IncompatibleSchemaException {
    return WriterSchemas.parse(
        List.of(texts).stream().map(text -> text.replace('\'', '"')).toList());
  }

  private static Schema contract(String... fields) {
    return new Schema.Parser().parse(record("Contract", fields).replace('\'', '"'));
  }

  /** The record's first field is the string "a"; what comes behind is given. */
  private static GenericRowData read(Schema writer, Schema reader, int... behind) throws Exception {
    byte[] bytes = new byte[2 + behind.length];
    bytes[0] = 2;
    bytes[1] = 'a';
    for (int i = 0; i < behind.length; i++) {
      bytes[2 + i] = (byte) behind[i];
    }
    GenericRowData row = new GenericRowData(reader.getFields().size());
    AvroRowReader.create(writer, reader).read(bytes, 0, bytes.length, row);
    return row;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'name': 'extra', 'type': ['null', 'string'], 'default': 'x'}",
        "{'name': 'extra', 'type': ['null', {'type': 'record', 'name': 'Inner', 'fields': [{'name': 'i', 'type': 'int', 'default': 'x'}]}], 'default': {}}",
        "{'name': 'extra-field', 'type': ['null', 'string']}",
        "{'name': '1st', 'type': ['null', {'type': 'record', 'name': 'my-name', 'namespace': 'old-shop.v1', 'fields': [{'name': 'a b', 'type': 'int'}]}]}",
        "{'name': 'extra', 'type': ['null', {'type': 'enum', 'name': 'State', 'symbols': ['not-set', '2nd']}]}",
        "{'name': 'extra', 'type': ['null', {'type': 'fixed', 'name': 'my-hash', 'size': 4, 'logicalType': 'uuid'}]}",
        "{'name': 'extra', 'type': ['null', {'type': 'bytes', 'logicalType': 'decimal', 'precision': 2, 'scale': 9}]}",
        "{'name': 'extra', 'type': ['null', {'type': 'int', 'logicalType': 'timestamp-millis'}]}",
        "{'name': 'extra', 'type': ['null', {'type': 'string', 'logicalType': 'url'}]}"
      })
  void readsWhatOtherProducersWrote(String extra) throws Exception {
    Schema writer = parse(record("Contract", ID, extra));
    Schema withAliases = contract("{'name': 'key', 'type': 'string', 'aliases': ['id']}");
    assertThat(read(writer, withAliases, 0).getString(0)).isEqualTo(StringData.fromString("a"));
    // Columns can be made of what is left.
    NewColumns added = NewColumns.of(writer, contract(ID));
    assertThat(read(writer, added.reader(), 0).getString(0)).isEqualTo(StringData.fromString("a"));
  }

  @Test
  void takesALogicalTypeThatAvroIgnoresForNone() throws Exception {
    Schema writer =
        parse(
            record(
                "Order",
                ID,
                "{'name': 'n', 'type': {'type': 'bytes', 'logicalType': 'decimal', 'precision': 2, 'scale': 9}}",
                "{'name': 'f', 'type': {'type': 'fixed', 'name': 'U', 'size': 16, 'logicalType': 'uuid'}}",
                "{'name': 't', 'type': {'type': 'long', 'logicalType': 'timestamp-milis'}}",
                "{'name': 'ns', 'type': {'type': 'long', 'logicalType': 'timestamp-nanos'}}"));
    NewColumns added = NewColumns.of(writer, contract(ID));
    assertThat(added.columns().stream().map(Column::toString))
        .containsExactly(
            "Column[name=n, type=BYTES, nullable=true]",
            "Column[name=f, type=BYTES, nullable=true]",
            "Column[name=t, type=LONG, nullable=true]");
    assertThat(added.unreadable()).containsOnlyKeys("ns");
  }

  @Test
  void neverTakesAForbiddenNameForAColumn() throws Exception {
    Schema writer =
        parse(
            record(
                "Order",
                ID,
                "{'name': 'order-id', 'type': 'int'}",
                "{'name': 'order id', 'type': 'int'}",
                "{'name': '_order_id', 'type': 'int'}"));
    Schema reader = contract("{'name': 'order_id', 'type': ['null', 'int'], 'default': null}", ID);
    assertThat(read(writer, reader, 2, 4, 6))
        .isEqualTo(GenericRowData.of(null, StringData.fromString("a")));
    assertThat(NewColumns.of(writer, reader).columns()).isEmpty();
  }

  @Test
  void keepsSymbolsAsTheyAre() throws Exception {
    Schema writer =
        parse(
            record(
                "Order",
                ID,
                "{'name': 'state', 'type': {'type': 'enum', 'name': 'old-shop.State', 'symbols': ['not-set', 'SET']}}"));
    NewColumns added = NewColumns.of(writer, contract(ID));
    assertThat(read(writer, added.reader(), 0).getString(1))
        .isEqualTo(StringData.fromString("not-set"));
  }

  @Test
  void readsWhatASchemaRefersTo() throws Exception {
    Schema writer =
        parse(
            record("cases.Street", "{'name': 'name', 'type': 'string'}"),
            record("cases.Customer", "{'name': 'street', 'type': 'cases.Street'}"),
            record("Order", ID, "{'name': 'customer', 'type': 'cases.Customer'}"));
    NewColumns added = NewColumns.of(writer, contract(ID));
    GenericRowData row = read(writer, added.reader(), 2, 'x');
    assertThat(row.getRow(1, 1).getRow(0, 1).getString(0)).isEqualTo(StringData.fromString("x"));
  }

  @Test
  void readsRecordsThatContainThemselves() throws Exception {
    Schema writer = parse(record("a-b.Node", ID, "{'name': 'next', 'type': ['null', 'a-b.Node']}"));
    assertThat(read(writer, contract(ID), 0).getString(0)).isEqualTo(StringData.fromString("a"));
  }

  @Test
  void refusesSchemasThatWouldTakeForEverToLookAt() {
    StringBuilder deep = new StringBuilder("'int'");
    for (int i = 0; i < 600; i++) {
      deep.insert(0, "{'type': 'array', 'items': ").append('}');
    }
    assertThatExceptionOfType(IncompatibleSchemaException.class)
        .isThrownBy(() -> parse(record("R", "{'name': 'f', 'type': " + deep + "}")))
        .withMessageContaining("it nests records, arrays and maps more than 40 levels deep");

    String[] doubling = new String[40];
    doubling[0] = record("R0", ID);
    for (int i = 1; i < doubling.length; i++) {
      String former = "'R" + (i - 1) + "'";
      doubling[i] =
          record(
              "R" + i,
              "{'name': 'a', 'type': " + former + "}",
              "{'name': 'b', 'type': " + former + "}");
    }
    assertThatExceptionOfType(IncompatibleSchemaException.class)
        .isThrownBy(() -> parse(doubling))
        .withMessageContaining("it has more than 2,000 columns");
    assertThatExceptionOfType(IncompatibleSchemaException.class)
        .isThrownBy(() -> parse(record("R" + "x".repeat(1 << 20), ID)))
        .withMessageContaining("at most 1,048,576 are read");
  }

  /** Every record contains every other one; the first use defines it. */
  private static String complete(int records, String around) {
    String[] fields = new String[records];
    for (int i = 0; i < records; i++) {
      fields[i] = "{'name': 'f%d', 'type': %s}".formatted(i, around.formatted("'C" + i + "'"));
    }
    String inner = record("C" + (records - 1), fields);
    for (int i = records - 2; i >= 0; i--) {
      String[] own = fields.clone();
      own[i + 1] = "{'name': 'f%d', 'type': %s}".formatted(i + 1, around.formatted(inner));
      inner = record("C" + i, own);
    }
    return inner;
  }

  @ParameterizedTest
  @ValueSource(strings = {"['null', %s]", "%s", "{'type': 'array', 'items': ['null', %s]}"})
  void passesOverRecordsThatContainEachOther(String around) throws Exception {
    Schema writer =
        parse(record("Order", ID, "{'name': 'web', 'type': " + complete(8, around) + "}"));
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          NewColumns added = NewColumns.of(writer, contract(ID));
          assertThat(added.columns()).isEmpty();
          assertThat(added.unreadable()).containsOnlyKeys("web");
          AvroRowReader.create(writer, contract(ID));
        });
  }

  /** The contract has 13 levels; a writer who contains himself in five ways has 5^13 plans. */
  @Test
  void comparesRecordsThatMeetInManyPlacesOnce() throws Exception {
    String contract = "'int'";
    for (int i = 0; i < 13; i++) {
      contract = record("L" + i, "{'name': 'f', 'type': ['null', %s]}".formatted(contract));
    }
    Schema reader = new Schema.Parser().parse(contract.replace('\'', '"'));
    String branches =
        IntStream.range(0, 5)
            .mapToObj(i -> "'W" + i + "'")
            .collect(Collectors.joining(", ", "['null', ", "]"));
    String inner = record("W4", "{'name': 'f', 'type': %s}".formatted(branches));
    for (int i = 3; i >= 0; i--) {
      String own = branches.replace("'W" + (i + 1) + "'", inner);
      inner = record("W" + i, "{'name': 'f', 'type': %s}".formatted(own));
    }
    Schema writer = parse(inner);
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          GenericRowData row = new GenericRowData(1);
          AvroRowReader.create(writer, reader).read(new byte[] {0}, 0, 1, row);
          assertThat(row.isNullAt(0)).isTrue();
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "no schema",
        "null",
        "7",
        "{'type': 'record'}",
        "{'type': 'fixed', 'name': 'F', 'size': -1}",
        "{'type': 'enum', 'name': 'E', 'symbols': 7}",
        "{'type': 'record', 'name': 'R', 'fields': [{}]}"
      })
  void saysWhatIsNoSchema(String text) {
    assertThatExceptionOfType(IncompatibleSchemaException.class).isThrownBy(() -> parse(text));
  }
}
