package io.sluice.connectors.delta;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.FilteredColumnarBatch;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/** The live rows of a batch, shown through one view that moves along. */
final class BatchRows implements Iterator<RowView> {

  private final VectorRow view;
  private final Optional<ColumnVector> selection;
  private final int size;
  private int next = -1;

  BatchRows(FilteredColumnarBatch batch, List<String> names) {
    view = new VectorRow(batch.getData(), names);
    selection = batch.getSelectionVector();
    size = batch.getData().getSize();
    advance();
  }

  private void advance() {
    do {
      next++;
    } while (next < size && !selected());
  }

  /** Rows that a deletion vector marks are not selected. */
  private boolean selected() {
    return selection.isEmpty()
        || (!selection.get().isNullAt(next) && selection.get().getBoolean(next));
  }

  @Override
  public boolean hasNext() {
    return next < size;
  }

  @Override
  public RowView next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    view.at(next);
    advance();
    return view;
  }
}
