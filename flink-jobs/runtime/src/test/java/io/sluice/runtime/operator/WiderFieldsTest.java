package io.sluice.runtime.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.runtime.codec.AddedFields;
import io.sluice.runtime.codec.CodecException;
import io.sluice.runtime.codec.DecodeRule;
import io.sluice.runtime.codec.IncompatibleSchemaException;
import io.sluice.runtime.codec.RowTypes;
import java.io.ByteArrayOutputStream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.flink.table.data.GenericRowData;
import org.junit.jupiter.api.Test;

/** Producers whose numbers are wider than the contract says. */
class WiderFieldsTest {
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
    WiderFields wider = WiderFields.of(writer, CONTRACT);
    GenericRowData row = new GenericRowData(4);
    RecordDecoder.of(writer, wider, NEW_COLUMNS).decode(value(writer, values), row);
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
        .withMessageContaining("int")
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
    WiderFields wider = WiderFields.of(writer, CONTRACT);
    AddedFields added = AddedFields.of(writer, wider.reader());
    NewColumnCasts casts = NewColumnCasts.of(added.columns(), RowTypes.rowType(added.columns()));
    GenericRowData row = new GenericRowData(4);

    RecordDecoder.of(writer, wider, added, NEW_COLUMNS, casts).decode(value(writer, 7L, "a"), row);

    assertThat(row.getField(0)).isEqualTo(7);
    assertThat(row.getRow(NEW_COLUMNS, 2).getString(0).toString()).contains("`more`");
  }

  @Test
  void timesAndOtherTypesStayIncompatible() {
    Schema times = schema("{'name': 'n', 'type': {'type': 'long', 'logicalType': 'time-micros'}}");
    Schema text = schema("{'name': 'n', 'type': 'string'}");
    for (Schema writer : new Schema[] {times, text}) {
      assertThat(WiderFields.of(writer, CONTRACT).reader()).isSameAs(CONTRACT);
      assertThatThrownBy(() -> RecordDecoder.of(writer, WiderFields.of(writer, CONTRACT), 3))
          .isInstanceOf(IncompatibleSchemaException.class);
    }
  }
}
