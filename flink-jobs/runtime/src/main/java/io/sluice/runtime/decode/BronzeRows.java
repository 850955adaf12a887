package io.sluice.runtime.decode;

import io.sluice.runtime.codec.ConfluentHeader;
import io.sluice.runtime.reject.Rejects;
import io.sluice.runtime.row.RawRecord;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.DateType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.Collector;

/**
 * Raw records as rows of the bronze table: the bytes as they came, whether they can be decoded or
 * not. The time of ingestion is the Kafka timestamp, so that a replay writes the same rows.
 */
public final class BronzeRows implements FlatMapFunction<RowData, RowData> {
  private static final long serialVersionUID = 1L;

  private static final int SCHEMA_ID = RawRecord.HEADERS + 1;
  private static final int INGESTION_TIME = SCHEMA_ID + 1;
  private static final int INGESTION_DATE = INGESTION_TIME + 1;
  private static final int UNUSUAL_TIMESTAMP = INGESTION_DATE + 1;

  /** Layout of the bronze table. */
  public static final RowType ROW_TYPE = rowType();

  private static RowType rowType() {
    List<RowType.RowField> fields = new ArrayList<>(RawRecord.ROW_TYPE.getFields());
    fields.add(new RowType.RowField("schema_id", new IntType()));
    fields.add(
        new RowType.RowField(
            "ingestion_time", new LocalZonedTimestampType(false, RawRecord.TIMESTAMP_PRECISION)));
    fields.add(new RowType.RowField("ingestion_date", new DateType(false)));
    fields.add(Rejects.UNUSUAL_TIMESTAMP_FIELD);
    return new RowType(false, fields);
  }

  @Override
  public void flatMap(RowData raw, Collector<RowData> out) {
    if (RawRecord.isAnnouncement(raw)) {
      return;
    }
    GenericRowData row = new GenericRowData(ROW_TYPE.getFieldCount());
    Rejects.copyRaw(raw, row);
    row.setField(
        SCHEMA_ID,
        raw.isNullAt(RawRecord.VALUE)
            ? null
            : ConfluentHeader.schemaIdOrNull(raw.getBinary(RawRecord.VALUE)));
    row.setField(INGESTION_TIME, RawRecord.arrival(raw));
    row.setField(INGESTION_DATE, Rejects.ingestionDate(raw));
    row.setField(UNUSUAL_TIMESTAMP, RawRecord.unusualTimestamp(raw));
    out.collect(row);
  }
}
