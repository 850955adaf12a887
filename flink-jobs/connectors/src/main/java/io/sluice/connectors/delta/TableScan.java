package io.sluice.connectors.delta;

import io.delta.kernel.Scan;
import io.delta.kernel.Snapshot;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.engine.FileReadResult;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.actions.AddFile;
import io.delta.kernel.internal.actions.DeletionVectorDescriptor;
import io.delta.kernel.internal.data.ScanStateRow;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the rows of one table version, batch by batch, file after file. */
final class TableScan implements AutoCloseable {

  private final LogPath paths;
  private final Engine engine;
  private final Row state;
  private final StructType physicalSchema;
  private final List<String> names;
  private final CloseableIterator<Row> files;
  private CloseableIterator<FilteredColumnarBatch> batches;

  /**
   * @param columns names in the wanted order; empty for all
   */
  TableScan(Path table, Engine engine, Snapshot snapshot, List<String> columns) {
    paths = new LogPath(table);
    this.engine = engine;
    StructType wanted = select(table, snapshot.getSchema(), columns);
    Scan scan = snapshot.getScanBuilder().withReadSchema(wanted).build();
    state = scan.getScanState(engine);
    physicalSchema = ScanStateRow.getPhysicalDataReadSchema(state);
    names = wanted.fieldNames();
    files = scan.getScanFiles(engine).flatMap(FilteredColumnarBatch::getRows);
  }

  private static StructType select(Path table, StructType schema, List<String> columns) {
    if (columns.isEmpty()) {
      return schema;
    }
    List<StructField> fields = new ArrayList<>();
    for (String column : columns) {
      if (schema.indexOf(column) < 0) {
        throw new IllegalArgumentException(
            "Table " + table + " has no column '" + column + "'; it has " + schema.fieldNames());
      }
      fields.add(schema.get(column));
    }
    return new StructType(fields);
  }

  /** The columns read, in the wanted order. */
  List<String> names() {
    return names;
  }

  /** The next batch, or empty at the end. */
  Optional<FilteredColumnarBatch> next() throws IOException {
    while (batches == null || !batches.hasNext()) {
      if (batches != null) {
        batches.close();
        batches = null;
      }
      if (!files.hasNext()) {
        return Optional.empty();
      }
      batches = open(files.next());
    }
    return Optional.of(batches.next());
  }

  private CloseableIterator<FilteredColumnarBatch> open(Row file) throws IOException {
    checkInside(file);
    FileStatus status = InternalScanFileUtils.getAddFileStatus(file);
    CloseableIterator<ColumnarBatch> data =
        engine
            .getParquetHandler()
            .readParquetFiles(
                Utils.singletonCloseableIterator(status), physicalSchema, Optional.empty())
            .map(FileReadResult::getData);
    return Scan.transformPhysicalData(engine, state, file, data);
  }

  private void checkInside(Row file) throws IOException {
    AddFile add = new AddFile(file.getStruct(InternalScanFileUtils.ADD_FILE_ORDINAL));
    paths.inside(add.getPath());
    DeletionVectorDescriptor vector =
        InternalScanFileUtils.getDeletionVectorDescriptorFromRow(file);
    if (vector != null) {
      paths.check(vector);
    }
  }

  @Override
  public void close() throws IOException {
    try (files) {
      if (batches != null) {
        batches.close();
      }
    }
  }
}
