package io.sluice.delta.source;

import io.delta.kernel.types.StructType;
import io.sluice.delta.parquet.FlinkValues;
import io.sluice.delta.parquet.RangeReader;
import io.sluice.delta.parquet.ReadSchema;
import io.sluice.delta.parquet.RowBatch;
import io.sluice.delta.parquet.TextAsBytes;
import io.sluice.delta.storage.QuietClose;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import org.apache.flink.annotation.Internal;
import org.apache.flink.connector.base.source.reader.RecordsWithSplitIds;
import org.apache.flink.connector.base.source.reader.splitreader.SplitReader;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsAddition;
import org.apache.flink.connector.base.source.reader.splitreader.SplitsChange;
import org.apache.flink.table.data.RowData;

/** Reads splits one after the other, a batch at a time, on the reading thread. */
@Internal
public final class DeltaSplitReader implements SplitReader<RowData, DeltaSplit> {

  private final TableStorage table;
  private final StructType columns;
  private final FlinkValues[] values;
  private final Queue<DeltaSplit> waiting = new ArrayDeque<>();
  private DeltaSplit split;
  private RangeReader reader;

  /** Live rows of the split that its state has behind it. */
  private long toSkip;

  public DeltaSplitReader(TableStorage table, ReadSchema schema) {
    this.table = table;
    columns = TextAsBytes.in(schema.physical());
    values =
        schema.rowType().getChildren().stream().map(FlinkValues::of).toArray(FlinkValues[]::new);
  }

  @Override
  public void handleSplitsChanges(SplitsChange<DeltaSplit> change) {
    if (!(change instanceof SplitsAddition)) {
      throw new UnsupportedOperationException("Splits are only added, not " + change);
    }
    waiting.addAll(change.splits());
  }

  @Override
  public RecordsWithSplitIds<RowData> fetch() throws IOException {
    if (reader == null) {
      open();
    }
    while (true) {
      Optional<RowBatch> batch = reader.next();
      if (batch.isEmpty()) {
        return finish();
      }
      int rows = batch.get().count();
      if (toSkip < rows) {
        SplitRows found = new SplitRows(split.splitId(), batch.get(), values, (int) toSkip);
        toSkip = 0;
        return found;
      }
      toSkip -= rows;
    }
  }

  private void open() throws IOException {
    split = waiting.poll();
    if (split == null) {
      throw new IOException("There is no split to read from");
    }
    toSkip = split.emitted();
    reader = new RangeReader(table, columns, split.range());
  }

  private SplitRows finish() throws IOException {
    if (toSkip > 0) {
      throw new IOException(
          "Split "
              + split.splitId()
              + " of table "
              + table
              + " has fewer rows than the "
              + split.emitted()
              + " that were read of it: the file was changed. Start without this state");
    }
    reader.close();
    reader = null;
    return new SplitRows(split.splitId(), null, values, 0);
  }

  /** A batch takes milliseconds: nothing here waits. */
  @Override
  public void wakeUp() {}

  @Override
  public void close() {
    QuietClose.all("a split of table " + table, reader);
  }
}
