package io.sluice.delta.storage;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.types.StructType;
import java.util.Optional;
import org.apache.flink.annotation.Internal;

/**
 * What a log checkpoint holds.
 *
 * @param rows actions of any kind
 * @param files live data files
 */
@Internal
public record CheckpointContent(long rows, long files, boolean protocol, boolean metadata) {

  static final CheckpointContent EMPTY = new CheckpointContent(0, 0, false, false);

  private static final String ADD = "add";
  private static final String PROTOCOL = "protocol";
  private static final String METADATA = "metaData";

  /** This and the rows of a batch that are selected. */
  CheckpointContent and(FilteredColumnarBatch batch) {
    ColumnVector selection = batch.getSelectionVector().orElse(null);
    ColumnarBatch data = batch.getData();
    return new CheckpointContent(
        rows + count(data.getSize(), null, selection),
        files + count(data, ADD, selection),
        protocol || count(data, PROTOCOL, selection) > 0,
        metadata || count(data, METADATA, selection) > 0);
  }

  /** This and all rows of a batch. */
  CheckpointContent and(ColumnarBatch batch) {
    return and(new FilteredColumnarBatch(batch, Optional.empty()));
  }

  CheckpointContent and(CheckpointContent other) {
    return new CheckpointContent(
        rows + other.rows,
        files + other.files,
        protocol || other.protocol,
        metadata || other.metadata);
  }

  /** Whether a table can be read from it. */
  boolean isComplete() {
    return protocol && metadata;
  }

  private static long count(ColumnarBatch data, String action, ColumnVector selection) {
    StructType schema = data.getSchema();
    int at = schema.indexOf(action);
    return at < 0 ? 0 : count(data.getSize(), data.getColumnVector(at), selection);
  }

  private static long count(int size, ColumnVector values, ColumnVector selection) {
    long count = 0;
    for (int row = 0; row < size; row++) {
      boolean selected = selection == null || !selection.isNullAt(row) && selection.getBoolean(row);
      if (selected && (values == null || !values.isNullAt(row))) {
        count++;
      }
    }
    return count;
  }
}
