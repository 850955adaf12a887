package io.sluice.runtime.reject;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.runtime.decode.BronzeRows;
import io.sluice.runtime.ledger.AccountedOffsets;
import io.sluice.runtime.row.RawRecord;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.util.ListCollector;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.RowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RejectsTest {

  private static RowData raw(long timestamp, byte[] key, byte[] value) {
    Object[] headers = {
      GenericRowData.of(StringData.fromString("a"), null),
      GenericRowData.of(StringData.fromString(""), new byte[0])
    };
    return GenericRowData.of(
        StringData.fromString("orders"),
        2,
        7L,
        TimestampData.fromEpochMillis(timestamp),
        key,
        value,
        new GenericArrayData(headers));
  }

  private static RowData reject(RowData raw) {
    return through(Rejects.ROW_TYPE, Rejects.row(raw, 3, "validate", "minimum:qty", "below 0"));
  }

  private static RowData bronze(RowData raw) {
    List<RowData> rows = new ArrayList<>();
    new BronzeRows().flatMap(raw, new ListCollector<>(rows));
    return through(BronzeRows.ROW_TYPE, rows.get(0));
  }

  private static RowData letter(RowData reject) throws Exception {
    List<RowData> rows = new ArrayList<>();
    new DeadLetterRows("orders.dlq", "quarantine/orders", AccountedOffsets.none("orders"))
        .flatMap(reject, new ListCollector<>(rows));
    return through(DeadLetterRows.ROW_TYPE, rows.get(0));
  }

  /** As the next task would see it. */
  private static RowData through(RowType type, RowData row) {
    return new RowDataSerializer(type).toBinaryRow(row).copy();
  }

  private static Object field(RowType type, RowData row, String name) {
    int index = type.getFieldIndex(name);
    return RowData.createFieldGetter(type.getTypeAt(index), index).getFieldOrNull(row);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1970-01-01T00:00:00Z, false",
    "-1, 1969-12-31T23:59:59.999Z, false",
    "-2208988800000, 1900-01-01T00:00:00Z, false",
    "-2208988800001, 1900-01-01T00:00:00Z, true",
    "253402300799999, 9999-12-31T23:59:59.999Z, false",
    "253402300800000, 9999-12-31T23:59:59.999Z, true",
    "9223372036854775, 9999-12-31T23:59:59.999Z, true",
    "9223372036854775807, 9999-12-31T23:59:59.999Z, true",
    "-9223372036854775808, 1900-01-01T00:00:00Z, true"
  })
  void everyTimestampHasADayAndItsNumberIsKept(long millis, String arrival, boolean unusual)
      throws Exception {
    RowData raw = raw(millis, null, null);
    Instant time = Instant.parse(arrival);
    int day = (int) LocalDate.ofInstant(time, java.time.ZoneOffset.UTC).toEpochDay();
    RowData reject = reject(raw);
    RowData bronze = bronze(raw);
    Long number = unusual ? millis : null;
    assertThat(field(Rejects.ROW_TYPE, reject, "timestamp"))
        .isEqualTo(TimestampData.fromInstant(time));
    assertThat(field(Rejects.ROW_TYPE, reject, "ingestion_date")).isEqualTo(day);
    assertThat(field(Rejects.ROW_TYPE, reject, "unusual_timestamp")).isEqualTo(number);
    assertThat(field(BronzeRows.ROW_TYPE, bronze, "timestamp"))
        .isEqualTo(TimestampData.fromInstant(time));
    assertThat(field(BronzeRows.ROW_TYPE, bronze, "ingestion_time"))
        .isEqualTo(TimestampData.fromInstant(time));
    assertThat(field(BronzeRows.ROW_TYPE, bronze, "ingestion_date")).isEqualTo(day);
    assertThat(field(BronzeRows.ROW_TYPE, bronze, "unusual_timestamp")).isEqualTo(number);
    assertThat(field(DeadLetterRows.ROW_TYPE, letter(reject), "timestamp"))
        .as("the dead letter begins with the number as it came")
        .isEqualTo(TimestampData.fromEpochMillis(millis));
  }

  @Test
  void keysValuesAndHeadersStayAsTheyCame() throws Exception {
    byte[] value = new byte[2_000_000];
    value[1_999_999] = 5;
    for (byte[] key : new byte[][] {null, {}, {1}}) {
      for (RowData row : List.of(bronze(raw(1, key, value)), reject(raw(1, key, value)))) {
        assertThat(row.isNullAt(RawRecord.KEY) ? null : row.getBinary(RawRecord.KEY))
            .isEqualTo(key);
        assertThat(row.getBinary(RawRecord.VALUE)).isEqualTo(value);
        assertThat(row.getArray(RawRecord.HEADERS).getRow(0, 2).isNullAt(1)).isTrue();
        assertThat(row.getArray(RawRecord.HEADERS).getRow(1, 2).getBinary(1)).isEmpty();
      }
    }
  }

  @Test
  void aDeadLetterSaysWhereItsRecordIs() throws Exception {
    RowData letter = letter(reject(raw(1, null, new byte[] {1})));
    var headers = letter.getArray(3);
    List<String> texts = new ArrayList<>();
    for (int i = 2; i < headers.size(); i++) {
      RowData header = headers.getRow(i, 2);
      texts.add(
          header.getString(0) + "=" + new String(header.getBinary(1), StandardCharsets.UTF_8));
    }
    assertThat(texts)
        .containsExactly(
            "__connect.errors.topic=orders",
            "__connect.errors.partition=2",
            "__connect.errors.offset=7",
            "__connect.errors.stage=validate",
            "__connect.errors.exception.message=below 0",
            "reject.rule=minimum:qty",
            "reject.table=quarantine/orders");
    assertThat(field(DeadLetterRows.ROW_TYPE, letter, "origin")).hasToString("orders/2/7");
    assertThat(field(DeadLetterRows.ROW_TYPE, letter, "described")).isEqualTo(7);
  }
}
