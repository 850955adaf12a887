package io.sluice.delta.table;

import io.delta.kernel.types.StructType;
import io.sluice.delta.parquet.RowBatch;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** The live rows of a batch, shown through one view that moves along. */
final class BatchRows implements Iterator<RowView> {

  private final VectorRow view;
  private final RowBatch batch;
  private int next;

  /**
   * @param columns of the batch, as people call them
   */
  BatchRows(RowBatch batch, StructType columns) {
    this.batch = batch;
    view = new VectorRow(batch, columns);
  }

  @Override
  public boolean hasNext() {
    return next < batch.count();
  }

  @Override
  public RowView next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return view.at(batch.live()[next++]);
  }
}
