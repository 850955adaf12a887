package io.sluice.runtime.reject;

import io.sluice.runtime.RawRecord;
import io.sluice.runtime.ledger.AccountedOffsets;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.table.data.RowData;
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

  /** Layout of a message on its way to Kafka. */
  public static final RowType ROW_TYPE =
      RowType.of(
          false,
          new LogicalType[] {
            new VarCharType(false, VarCharType.MAX_LENGTH),
            BYTES,
            BYTES,
            RawRecord.HEADERS_TYPE,
            new LocalZonedTimestampType(RawRecord.TIMESTAMP_PRECISION)
          },
          new String[] {"topic", "key", "value", "headers", "timestamp"});

  private final String topic;
  private final AccountedOffsets accounted;

  public DeadLetterRows(String topic, AccountedOffsets accounted) {
    this.topic = topic;
    this.accounted = accounted;
  }

  @Override
  public void flatMap(RowData reject, Collector<RowData> out) {
    if (accounted.isNew(reject.getInt(Rejects.PARTITION), reject.getLong(Rejects.OFFSET))) {
      out.collect(Rejects.deadLetter(reject, topic));
    }
  }
}
