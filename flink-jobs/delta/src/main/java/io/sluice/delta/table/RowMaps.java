package io.sluice.delta.table;

import io.sluice.delta.parquet.RowBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The rows of a scan as maps. */
final class RowMaps implements Iterator<Map<String, Object>> {

  private final TableScan scan;
  private final List<String> names;
  private BatchRows batch;

  RowMaps(TableScan scan) {
    this.scan = scan;
    names = scan.columns().fieldNames();
  }

  Stream<Map<String, Object>> stream() {
    return StreamSupport.stream(
            Spliterators.spliteratorUnknownSize(this, Spliterator.ORDERED), false)
        .onClose(this::close);
  }

  private void close() {
    try {
      scan.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean hasNext() {
    try {
      while (batch == null || !batch.hasNext()) {
        Optional<RowBatch> next = scan.next();
        if (next.isEmpty()) {
          return false;
        }
        batch = new BatchRows(next.get(), scan.columns());
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Map<String, Object> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    RowView row = batch.next();
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < names.size(); i++) {
      values.put(names.get(i), row.getValue(i));
    }
    return values;
  }
}
