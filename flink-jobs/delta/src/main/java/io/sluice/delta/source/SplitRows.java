package io.sluice.delta.source;

import io.sluice.delta.parquet.FlinkValues;
import io.sluice.delta.parquet.RowBatch;
import io.sluice.delta.parquet.VectorRowData;
import java.util.Set;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.table.data.RowData;

/** Rows of one split on their way from the reading thread to the task; or its end. */
final class SplitRows implements RecordsWithSplitIds<RowData> {

  private final String splitId;
  private final RowBatch batch;
  private final FlinkValues[] values;
  private boolean shown;
  private int next;

  /**
   * @param batch null at the end of the split
   * @param values of the columns, in their order
   * @param first the first of the live rows that counts
   */
  SplitRows(String splitId, RowBatch batch, FlinkValues[] values, int first) {
    this.splitId = splitId;
    this.batch = batch;
    this.values = values;
    next = first;
  }

  @Override
  public String nextSplit() {
    if (shown || batch == null) {
      return null;
    }
    shown = true;
    return splitId;
  }

  @Override
  public RowData nextRecordFromSplit() {
    return next < batch.count()
        ? new VectorRowData(batch.columns(), values, batch.live()[next++])
        : null;
  }

  @Override
  public Set<String> finishedSplits() {
    return batch == null ? Set.of(splitId) : Set.of();
  }
}
