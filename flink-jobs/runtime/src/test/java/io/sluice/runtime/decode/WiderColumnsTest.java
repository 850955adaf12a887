package io.sluice.runtime.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.codec.CodecException;
import io.sluice.runtime.codec.DecodeRule;
import io.sluice.runtime.codec.IncompatibleSchemaException;
import io.sluice.runtime.row.RowTypes;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.flink.table.data.GenericRowData;
import org.junit.jupiter.api.Test;

/** Producers whose numbers are wider than the contract says. */
class WiderColumnsTest {
  private static final int NEW_COLUMNS = 3;
  private static final Schema CONTRACT =
      schema(
          "{'name': 'n', 'type': 'int', 'aliases': ['number']}",
          "{'name': 'm', 'type': ['null', 'int'], 'default': null}",
          "{'name': 'x', 'type': 'float', 'default': 0.5}");
  private static final Schema WIDER =
      schema(
          "{'name': 'x', 'type': ['null', 'double']}",
          "{'name': 'number', 'type': 'long'}",
          "{'name': 'm', 'type': ['long', 'null']}");

  private static Schema schema(String... fields) {
    String json =
        "{'type': 'record', 'name': 'R', 'fields': [%s]}".formatted(String.join(",", fields));
    return new Schema.Parser().parse(json.replace('\'', '"'));
  }

  /** Confluent-framed. */
  private static byte[] value(Schema schema, Object... values) throws Exception {
    GenericRecord record = new GenericData.Record(schema);
    for (int i = 0; i < values.length; i++) {
      record.put(i, values[i]);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes(new byte[5]);
    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(schema).write(record, encoder);
    return bytes.toByteArray();
  }

  private static GenericRowData decode(Schema writer, Object... values) throws Exception {
    return decodeAs(CONTRACT, writer, values);
  }

  private static GenericRowData decodeAs(Schema contract, Schema writer, Object... values)
      throws Exception {
    int columns = contract.getFields().size();
    GenericRowData row = new GenericRowData(columns + 1);
    RecordDecoder.of(writer, WiderColumns.of(writer, contract), columns)
        .decode(value(writer, values), row);
    return row;
  }

  @Test
  void valuesThatFitHaveTheTypesOfTheContract() throws Exception {
    assertThat(decode(WIDER, 0.25, 7L, 8L)).isEqualTo(GenericRowData.of(7, 8, 0.25f, null));
    assertThat(decode(WIDER, 0.25, -7L, null)).isEqualTo(GenericRowData.of(-7, null, 0.25f, null));
    Schema partly = schema("{'name': 'n', 'type': 'long'}");
    assertThat(decode(partly, 7L)).isEqualTo(GenericRowData.of(7, null, 0.5f, null));
  }

  @Test
  void othersAreTurnedAwayNamingTheField() {
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> decode(WIDER, 0.25, 1L << 31, null))
        .withMessageContaining("'n' is 2147483648")
        .withMessageContaining("INT")
        .satisfies(e -> assertThat(e.rule()).isEqualTo(DecodeRule.INCOMPATIBLE_SCHEMA));
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> decode(WIDER, 0.1, 1L, null))
        .withMessageContaining("'x' is 0.1");
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> decode(WIDER, null, 1L, null))
        .withMessageContaining("null");
  }

  @Test
  void newColumnsComeAlong() throws Exception {
    Schema writer = schema("{'name': 'n', 'type': 'long'}", "{'name': 'more', 'type': 'string'}");
    WiderColumns wider = WiderColumns.of(writer, CONTRACT);
    NewColumns added = NewColumns.of(writer, wider.reader());
    NewColumnCasts casts = NewColumnCasts.of(added.columns(), RowTypes.rowType(added.columns()));
    GenericRowData row = new GenericRowData(4);

    RecordDecoder.of(writer, wider, added, NEW_COLUMNS, casts).decode(value(writer, 7L, "a"), row);

    assertThat(row.getField(0)).isEqualTo(7);
    assertThat(row.getRow(NEW_COLUMNS, 2).getString(0).toString()).contains("`more`");
  }

  @Test
  void decimalsMayHaveMoreDigitsOnBothSides() throws Exception {
    Schema contract = schema("{'name': 'd', 'type': %s}".formatted(decimal(8, 2)));
    for (Schema writer :
        List.of(
            schema("{'name': 'd', 'type': %s}".formatted(decimal(20, 4))),
            schema("{'name': 'd', 'type': ['null', %s]}".formatted(fixedDecimal(20, 4))))) {
      assertThat(decodeAs(contract, writer, unscaled(writer, "1.2500")).getDecimal(0, 8, 2))
          .hasToString("1.25");
      assertThatExceptionOfType(CodecException.class)
          .isThrownBy(() -> decodeAs(contract, writer, unscaled(writer, "1.2345")))
          .withMessageContaining("'d' is 1.2345")
          .withMessageContaining("DECIMAL(8, 2)")
          .satisfies(e -> assertThat(e.rule()).isEqualTo(DecodeRule.INCOMPATIBLE_SCHEMA));
      assertThatExceptionOfType(CodecException.class)
          .isThrownBy(() -> decodeAs(contract, writer, unscaled(writer, "1000000.0000")))
          .withMessageContaining("'d' is 1000000");
    }
    assertThat(
            WiderColumns.of(schema("{'name': 'd', 'type': %s}".formatted(decimal(20, 4))), contract)
                .columns())
        .hasSize(1);
  }

  @Test
  void decimalsOfAnotherFormAreReadWhenTheyAreTheSameNumber() throws Exception {
    Schema contract = schema("{'name': 'd', 'type': %s}".formatted(decimal(20, 4)));
    for (Schema writer :
        List.of(
            schema("{'name': 'd', 'type': %s}".formatted(decimal(10, 2))),
            schema("{'name': 'd', 'type': ['null', %s]}".formatted(fixedDecimal(10, 2))),
            schema("{'name': 'd', 'type': ['null', %s]}".formatted(fixedDecimal(20, 4))))) {
      String number = writer.toString().contains("\"scale\":2") ? "1.25" : "1.2500";
      assertThat(decodeAs(contract, writer, unscaled(writer, number)).getDecimal(0, 20, 4))
          .hasToString("1.2500");
      assertThat(WiderColumns.of(writer, contract).columns()).isEmpty();
    }
    Schema finer = schema("{'name': 'd', 'type': %s}".formatted(decimal(12, 6)));
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> decodeAs(contract, finer, unscaled(finer, "1.234567")))
        .withMessageContaining("'d' is 1.234567");
  }

  @Test
  void theRemedyForAColumnThatIsNeverWidenedIsAnother() throws Exception {
    WiderColumns wider = WiderColumns.of(WIDER, CONTRACT).with(Set.of(), Set.of("n"));
    RecordDecoder decoder = RecordDecoder.of(WIDER, wider, NEW_COLUMNS);

    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> decoder.decode(value(WIDER, 0.25, 1L << 31, null), new GenericRowData(4)))
        .withMessageContaining("'n' is 2147483648")
        .withMessageContaining("begin a new silver table");
  }

  private static String decimal(int precision, int scale) {
    return "{'type': 'bytes', 'logicalType': 'decimal', 'precision': %d, 'scale': %d}"
        .formatted(precision, scale);
  }

  private static String fixedDecimal(int precision, int scale) {
    return "{'type': 'fixed', 'name': 'F', 'size': 16, 'logicalType': 'decimal', 'precision': %d, 'scale': %d}"
        .formatted(precision, scale);
  }

  private static Object unscaled(Schema writer, String value) {
    byte[] bytes = new BigDecimal(value).unscaledValue().toByteArray();
    Schema type = writer.getField("d").schema();
    if (!type.isUnion()) {
      return ByteBuffer.wrap(bytes);
    }
    byte[] fixed = new byte[16];
    System.arraycopy(bytes, 0, fixed, fixed.length - bytes.length, bytes.length);
    return new GenericData.Fixed(type.getTypes().get(1), fixed);
  }

  @Test
  void aDoubleIsReadWhenItIsAnInt() throws Exception {
    Schema writer = schema("{'name': 'n', 'type': 'double'}");
    assertThat(WiderColumns.of(writer, CONTRACT).columns()).isEmpty();
    assertThat(decode(writer, 7.0)).isEqualTo(GenericRowData.of(7, null, 0.5f, null));
    assertThatExceptionOfType(CodecException.class)
        .isThrownBy(() -> decode(writer, 7.5))
        .withMessageContaining("'n' is 7.5");
  }

  @Test
  void timesAndOtherTypesStayIncompatible() {
    Schema times = schema("{'name': 'n', 'type': {'type': 'long', 'logicalType': 'time-micros'}}");
    Schema text = schema("{'name': 'n', 'type': 'string'}");
    for (Schema writer : new Schema[] {times, text}) {
      assertThat(WiderColumns.of(writer, CONTRACT).reader()).isSameAs(CONTRACT);
      assertThatThrownBy(() -> RecordDecoder.of(writer, WiderColumns.of(writer, CONTRACT), 3))
          .isInstanceOf(IncompatibleSchemaException.class);
    }
  }
}
