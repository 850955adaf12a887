package io.sluice.delta.maintain;

import io.sluice.delta.parquet.LiveRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.flink.table.data.RowData;

/** A fair choice of a bounded number of rows out of a stream of unknown length. */
final class RowSample implements LiveRows.Target {

  /** Enough to tell four thousand ranges roughly apart. */
  private static final int SIZE = 20_000;

  /** Seeded, so that a test sees one choice for the same rows. */
  private final Random random = new Random(42);

  private final List<RowData> rows = new ArrayList<>();
  private long seen;

  @Override
  public void accept(RowData row) {
    seen++;
    if (rows.size() < SIZE) {
      rows.add(row);
      return;
    }
    long place = random.nextLong(seen);
    if (place < SIZE) {
      rows.set((int) place, row);
    }
  }

  /** The values of a column; null among them. */
  List<Object> values(RowData.FieldGetter column) {
    List<Object> values = new ArrayList<>(rows.size());
    rows.forEach(row -> values.add(column.getFieldOrNull(row)));
    return values;
  }
}
