package io.sluice.delta.table;

import io.delta.kernel.Snapshot;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.types.StructType;
import io.sluice.delta.log.LiveFile;
import io.sluice.delta.parquet.FileRange;
import io.sluice.delta.parquet.RangeReader;
import io.sluice.delta.parquet.ReadSchema;
import io.sluice.delta.parquet.RowBatch;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** Reads the rows of one table version, batch by batch, file after file. */
final class TableScan implements AutoCloseable {

  private final TableStorage table;
  private final StructType logical;
  private final StructType physical;
  private final Iterator<LiveFile> files;
  private RangeReader reader;

  /**
   * @param columns names in the wanted order; empty for all
   */
  TableScan(TableStorage table, Engine engine, Snapshot snapshot, List<String> columns)
      throws IOException {
    this.table = table;
    ReadSchema schema = ReadSchema.of(table, snapshot, columns);
    logical = schema.logical();
    physical = schema.physical();
    files = LiveFile.in(engine, snapshot).iterator();
  }

  /** The columns read, in the wanted order. */
  StructType columns() {
    return logical;
  }

  /** The next batch, or empty at the end. */
  Optional<RowBatch> next() throws IOException {
    while (true) {
      if (reader != null) {
        Optional<RowBatch> batch = reader.next();
        if (batch.isPresent()) {
          return batch;
        }
        reader.close();
        reader = null;
      }
      if (!files.hasNext()) {
        return Optional.empty();
      }
      reader = new RangeReader(table, physical, FileRange.whole(files.next()));
    }
  }

  @Override
  public void close() throws IOException {
    if (reader != null) {
      reader.close();
    }
  }
}
