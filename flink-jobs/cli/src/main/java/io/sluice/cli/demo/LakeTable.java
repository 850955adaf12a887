package io.sluice.cli.demo;

import io.delta.kernel.Scan;
import io.delta.kernel.Snapshot;
import io.delta.kernel.TableManager;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.data.ScanStateRow;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import io.sluice.cli.CommandFailure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads columns of a Delta table of the lake as any reader would, through Delta Kernel's scan. */
final class LakeTable {
  private final Engine engine;
  private final Path root;

  LakeTable(Engine engine, Path root) {
    this.engine = engine;
    this.root = root;
  }

  /** Receives the wanted columns, in the order asked for, at every row. */
  @FunctionalInterface
  interface RowVisitor {
    void row(ColumnVector[] columns, int row);
  }

  /** Whether the table has a first version. */
  boolean exists() {
    return Files.exists(DeltaLogTail.commitFile(root, 0));
  }

  /**
   * Visits every row of the newest version.
   *
   * @return the number of rows, 0 for a table that is not there
   * @throws CommandFailure when a wanted column is missing or a file cannot be read
   */
  long scan(List<String> columns, RowVisitor visitor) {
    if (!exists()) {
      return 0;
    }
    Snapshot snapshot = TableManager.loadSnapshot(root.toString()).build(engine);
    Scan scan =
        snapshot.getScanBuilder().withReadSchema(project(snapshot.getSchema(), columns)).build();
    Row state = scan.getScanState(engine);
    long rows = 0;
    try (CloseableIterator<FilteredColumnarBatch> files = scan.getScanFiles(engine)) {
      while (files.hasNext()) {
        try (CloseableIterator<Row> each = files.next().getRows()) {
          while (each.hasNext()) {
            rows += readFile(state, each.next(), columns, visitor);
          }
        }
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
    return rows;
  }

  private long readFile(Row state, Row file, List<String> columns, RowVisitor visitor)
      throws IOException {
    long rows = 0;
    FileStatus status = InternalScanFileUtils.getAddFileStatus(file);
    try (CloseableIterator<ColumnarBatch> physical =
            parquet(List.of(status), ScanStateRow.getPhysicalDataReadSchema(state));
        CloseableIterator<FilteredColumnarBatch> logical =
            Scan.transformPhysicalData(engine, state, file, physical)) {
      while (logical.hasNext()) {
        FilteredColumnarBatch batch = logical.next();
        rows += visit(batch.getData(), batch.getSelectionVector(), columns, visitor);
      }
    }
    return rows;
  }

  /** Visits every row of some data files, which must hold the wanted columns themselves. */
  void readFiles(List<DeltaLogTail.AddedFile> files, StructType schema, RowVisitor visitor) {
    List<String> columns = schema.fieldNames();
    var statuses = new ArrayList<FileStatus>();
    files.forEach(file -> statuses.add(FileStatus.of(file.path().toString(), file.bytes(), 0)));
    try (CloseableIterator<ColumnarBatch> batches = parquet(statuses, schema)) {
      while (batches.hasNext()) {
        visit(batches.next(), Optional.empty(), columns, visitor);
      }
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private CloseableIterator<ColumnarBatch> parquet(List<FileStatus> files, StructType schema)
      throws IOException {
    return engine
        .getParquetHandler()
        .readParquetFiles(new ListIterator<>(files), schema, Optional.empty())
        .map(result -> result.getData());
  }

  private static long visit(
      ColumnarBatch batch,
      Optional<ColumnVector> selection,
      List<String> columns,
      RowVisitor visitor) {
    ColumnVector[] vectors = new ColumnVector[columns.size()];
    for (int i = 0; i < vectors.length; i++) {
      vectors[i] = batch.getColumnVector(batch.getSchema().indexOf(columns.get(i)));
    }
    long rows = 0;
    for (int row = 0; row < batch.getSize(); row++) {
      int at = row;
      if (selection.map(wanted -> !wanted.isNullAt(at) && wanted.getBoolean(at)).orElse(true)) {
        visitor.row(vectors, row);
        rows++;
      }
    }
    return rows;
  }

  private StructType project(StructType schema, List<String> columns) {
    var wanted = new ArrayList<StructField>();
    for (String column : columns) {
      if (schema.indexOf(column) < 0) {
        throw new CommandFailure(
            "The table %s has no column %s, only %s.".formatted(root, column, schema.fieldNames()));
      }
      wanted.add(schema.get(column));
    }
    return new StructType(wanted);
  }

  private CommandFailure unreadable(Exception e) {
    return new CommandFailure(
        "The table %s cannot be read: %s.".formatted(root, e.getMessage()), e);
  }

  /** Kernel's iterators can be closed; a list has nothing to close. */
  private static final class ListIterator<T> implements CloseableIterator<T> {
    private final java.util.Iterator<T> rest;

    ListIterator(List<T> list) {
      rest = list.iterator();
    }

    @Override
    public boolean hasNext() {
      return rest.hasNext();
    }

    @Override
    public T next() {
      return rest.next();
    }

    @Override
    public void close() throws UncheckedIOException {
      // Nothing is open.
    }
  }
}
