package io.sluice.delta.upsert;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.engine.FileReadResult;
import io.delta.kernel.types.MetadataColumnSpec;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.log.TableFolder;
import io.sluice.delta.parquet.ParquetInput;
import io.sluice.delta.schema.TableLayout;
import io.sluice.delta.storage.Iterators;
import io.sluice.delta.storage.StoredFile;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.roaringbitmap.RoaringBitmap;

/** Reads the keys of a data file, with the order values and positions of their rows. */
final class KeyScan {

  private static final String POSITION = "_metadata.row_index";

  private final TableFolder paths;
  private final TableStorage table;
  private final Engine engine;
  private final TableLayout layout;
  private final List<StructField> columns = new ArrayList<>();
  private final StructType physical;

  KeyScan(TableStorage table, Engine engine, TableLayout layout) {
    paths = new TableFolder(table);
    this.table = table;
    this.engine = engine;
    this.layout = layout;
    StructType schema = layout.schema();
    layout.key().columns().forEach(name -> columns.add(schema.get(name)));
    columns.add(schema.get(layout.key().orderBy()));
    List<StructField> fields =
        new ArrayList<>(
            columns.stream()
                .filter(field -> !layout.partitionColumns().contains(field.getName()))
                .distinct()
                .toList());
    fields.add(StructField.createMetadataColumn(POSITION, MetadataColumnSpec.ROW_INDEX));
    physical = new StructType(fields);
  }

  /** Takes the rows of a file, in their order. */
  @FunctionalInterface
  interface Visitor {
    void row(List<Object> key, long order, int position) throws IOException;
  }

  /** The key columns. */
  List<StructField> keyColumns() {
    return columns.subList(0, columns.size() - 1);
  }

  /** The rows of a file, deleted ones included. */
  long rows(DeltaFile file) throws IOException {
    ParquetInput input = new ParquetInput(table, paths.below(file.path()));
    try (ParquetFileReader reader = ParquetFileReader.open(input)) {
      return reader.getRecordCount();
    }
  }

  /**
   * Shows the rows of a file that have a key.
   *
   * @param skipped positions not shown
   */
  void read(DeltaFile file, RoaringBitmap skipped, Visitor visitor) throws IOException {
    StoredFile found = table.status(paths.below(file.path()));
    FileStatus status =
        FileStatus.of(table.uri(found.name()), found.size(), file.modificationTime());
    try (CloseableIterator<FileReadResult> batches =
        engine
            .getParquetHandler()
            .readParquetFiles(Iterators.one(status), physical, Optional.empty())) {
      while (batches.hasNext()) {
        read(file, batches.next().getData(), skipped, visitor);
      }
    }
  }

  private void read(DeltaFile file, ColumnarBatch batch, RoaringBitmap skipped, Visitor visitor)
      throws IOException {
    ColumnVector positions = batch.getColumnVector(batch.getSchema().indexOf(POSITION));
    Object[] constants = new Object[columns.size()];
    ColumnVector[] vectors = new ColumnVector[columns.size()];
    for (int i = 0; i < columns.size(); i++) {
      String name = columns.get(i).getName();
      if (layout.partitionColumns().contains(name)) {
        constants[i] = PlainKeys.ofPartition(columns.get(i), file.partitionValues());
      } else {
        vectors[i] = batch.getColumnVector(batch.getSchema().indexOf(name));
      }
    }
    for (int row = 0; row < batch.getSize(); row++) {
      int position = Math.toIntExact(positions.getLong(row));
      if (!skipped.contains(position)) {
        show(vectors, constants, row, position, visitor);
      }
    }
  }

  private void show(
      ColumnVector[] vectors, Object[] constants, int row, int position, Visitor visitor)
      throws IOException {
    List<Object> key = new ArrayList<>(vectors.length - 1);
    for (int i = 0; i < vectors.length - 1; i++) {
      Object value = value(vectors[i], constants[i], row);
      if (value == null) {
        // Not ours: no row without a key is ever written by an upsert.
        return;
      }
      key.add(value);
    }
    int last = vectors.length - 1;
    Object order = value(vectors[last], constants[last], row);
    // A row that does not say how old it is gives way to any.
    visitor.row(key, order == null ? Long.MIN_VALUE : (Long) order, position);
  }

  private static Object value(ColumnVector vector, Object constant, int row) {
    return vector == null ? constant : PlainKeys.plain(vector, row);
  }
}
