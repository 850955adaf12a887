package io.sluice.runtime.reject;

import io.sluice.runtime.row.RawRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.util.OutputTag;

/**
 * A record that a stage rejected: the original bytes, the Kafka coordinates, the stage, the rule
 * and the reason. The same row feeds the quarantine table and, as a Kafka message, the dead-letter
 * topic.
 */
public final class Rejects {
  public static final int PARTITION = RawRecord.PARTITION;
  public static final int OFFSET = RawRecord.OFFSET;

  private static final int SCHEMA_ID = RawRecord.HEADERS + 1;
  private static final int STAGE = SCHEMA_ID + 1;
  private static final int RULE = STAGE + 1;
  private static final int REASON = RULE + 1;
  private static final int INGESTION_DATE = REASON + 1;
  private static final int UNUSUAL_TIMESTAMP = INGESTION_DATE + 1;

  /** The Kafka timestamp as a number, where the column of times holds another one. */
  public static final RowType.RowField UNUSUAL_TIMESTAMP_FIELD =
      new RowType.RowField("unusual_timestamp", new BigIntType());

  /** Layout of the quarantine table. */
  public static final RowType ROW_TYPE = rowType();

  /** Side output of the records that a stage rejects. */
  public static final OutputTag<RowData> OUTPUT =
      new OutputTag<>("rejects", InternalTypeInfo.of(ROW_TYPE));

  public static final TypeInformation<RowData> TYPE = InternalTypeInfo.of(ROW_TYPE);

  private static final long MILLIS_PER_DAY = 86_400_000L;

  private Rejects() {}

  private static RowType rowType() {
    List<RowType.RowField> fields = new ArrayList<>(RawRecord.ROW_TYPE.getFields());
    LogicalType string = new VarCharType(false, VarCharType.MAX_LENGTH);
    fields.add(new RowType.RowField("schema_id", new IntType()));
    fields.add(new RowType.RowField("stage", string));
    fields.add(new RowType.RowField("rule", string));
    fields.add(new RowType.RowField("reason", string));
    fields.add(new RowType.RowField("ingestion_date", new DateType(false)));
    fields.add(UNUSUAL_TIMESTAMP_FIELD);
    return new RowType(false, fields);
  }

  /** The day of arrival, in days since the epoch, UTC. */
  public static int ingestionDate(RowData raw) {
    return (int) Math.floorDiv(RawRecord.timestampMillis(raw), MILLIS_PER_DAY);
  }

  /**
   * A reject.
   *
   * @param raw the record as it came
   * @param schemaId the id that its bytes name, or null
   */
  public static RowData row(
      RowData raw, Integer schemaId, String stage, String rule, String reason) {
    GenericRowData row = new GenericRowData(ROW_TYPE.getFieldCount());
    copyRaw(raw, row);
    row.setField(SCHEMA_ID, schemaId);
    row.setField(STAGE, StringData.fromString(stage));
    row.setField(RULE, StringData.fromString(rule));
    row.setField(REASON, StringData.fromString(reason));
    row.setField(INGESTION_DATE, ingestionDate(raw));
    row.setField(UNUSUAL_TIMESTAMP, RawRecord.unusualTimestamp(raw));
    return row;
  }

  /** Copies all fields of a raw record, with the time of its arrival, to the front of a row. */
  public static void copyRaw(RowData raw, GenericRowData target) {
    target.setField(RawRecord.TOPIC, raw.getString(RawRecord.TOPIC));
    target.setField(RawRecord.PARTITION, raw.getInt(RawRecord.PARTITION));
    target.setField(RawRecord.OFFSET, raw.getLong(RawRecord.OFFSET));
    target.setField(RawRecord.TIMESTAMP, RawRecord.arrival(raw));
    target.setField(
        RawRecord.KEY, raw.isNullAt(RawRecord.KEY) ? null : raw.getBinary(RawRecord.KEY));
    target.setField(
        RawRecord.VALUE, raw.isNullAt(RawRecord.VALUE) ? null : raw.getBinary(RawRecord.VALUE));
    target.setField(RawRecord.HEADERS, raw.getArray(RawRecord.HEADERS));
  }

  /**
   * The reject as a message for the dead-letter topic: key, value and headers unchanged, and behind
   * them the headers that Kafka Connect gives its dead letters, plus {@code reject.rule} and {@code
   * reject.table}.
   *
   * @param table where the reject stands in the lake
   * @return a row of {@link DeadLetterRows#ROW_TYPE}
   */
  static RowData deadLetter(RowData reject, String deadLetterTopic, String table) {
    ArrayData original = reject.getArray(RawRecord.HEADERS);
    List<RowData> headers = new ArrayList<>();
    for (int i = 0; i < original.size(); i++) {
      headers.add(original.getRow(i, 2));
    }
    String topic = reject.getString(RawRecord.TOPIC).toString();
    headers.add(header("__connect.errors.topic", topic));
    headers.add(header("__connect.errors.partition", "" + reject.getInt(RawRecord.PARTITION)));
    headers.add(header("__connect.errors.offset", "" + reject.getLong(RawRecord.OFFSET)));
    headers.add(header("__connect.errors.stage", reject.getString(STAGE).toString()));
    headers.add(header("__connect.errors.exception.message", reject.getString(REASON).toString()));
    headers.add(header("reject.rule", reject.getString(RULE).toString()));
    headers.add(header("reject.table", table));
    return GenericRowData.of(
        StringData.fromString(deadLetterTopic),
        reject.isNullAt(RawRecord.KEY) ? null : reject.getBinary(RawRecord.KEY),
        reject.isNullAt(RawRecord.VALUE) ? null : reject.getBinary(RawRecord.VALUE),
        new GenericArrayData(headers.toArray()),
        reject.isNullAt(UNUSUAL_TIMESTAMP)
            ? reject.getTimestamp(RawRecord.TIMESTAMP, RawRecord.TIMESTAMP_PRECISION)
            : TimestampData.fromEpochMillis(reject.getLong(UNUSUAL_TIMESTAMP)),
        StringData.fromString(
            "%s/%d/%d".formatted(topic, reject.getInt(PARTITION), reject.getLong(OFFSET))),
        headers.size() - original.size());
  }

  private static RowData header(String key, String value) {
    return GenericRowData.of(StringData.fromString(key), value.getBytes(StandardCharsets.UTF_8));
  }
}
