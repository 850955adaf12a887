package io.sluice.runtime.reject;

import io.sluice.runtime.ledger.AccountedOffsets;
import io.sluice.runtime.row.RawRecord;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.util.Collector;

/**
 * Rejects as messages for the dead-letter topic. Rejects that the ledger accounts for already are
 * in the topic since an earlier run and do not go there again.
 */
public final class DeadLetterRows implements FlatMapFunction<RowData, RowData> {
  private static final long serialVersionUID = 1L;

  private static final LogicalType BYTES = new VarBinaryType(VarBinaryType.MAX_LENGTH);

  /**
   * Layout of a message on its way to Kafka. "origin" is topic/partition/offset of the record;
   * "described" is the number of headers behind the record's own, which remain when the message is
   * too large for its topic.
   */
  public static final RowType ROW_TYPE =
      RowType.of(
          false,
          new LogicalType[] {
            new VarCharType(false, VarCharType.MAX_LENGTH),
            BYTES,
            BYTES,
            RawRecord.HEADERS_TYPE,
            new LocalZonedTimestampType(RawRecord.TIMESTAMP_PRECISION),
            new VarCharType(false, VarCharType.MAX_LENGTH),
            new IntType(false)
          },
          new String[] {"topic", "key", "value", "headers", "timestamp", "origin", "described"});

  private final String topic;
  private final String table;
  private final AccountedOffsets accounted;

  /**
   * @param table where the rejects stand in the lake, bytes included
   */
  public DeadLetterRows(String topic, String table, AccountedOffsets accounted) {
    this.topic = topic;
    this.table = table;
    this.accounted = accounted;
  }

  @Override
  public void flatMap(RowData reject, Collector<RowData> out) {
    if (accounted.isNew(reject.getInt(Rejects.PARTITION), reject.getLong(Rejects.OFFSET))) {
      out.collect(Rejects.deadLetter(reject, topic, table));
    }
  }
}
