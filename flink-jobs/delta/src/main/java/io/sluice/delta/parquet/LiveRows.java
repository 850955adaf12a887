package io.sluice.delta.parquet;

import io.delta.kernel.Scan;
import io.delta.kernel.Snapshot;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.engine.FileReadResult;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.data.ScanStateRow;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import io.sluice.delta.log.DeletionVectors;
import io.sluice.delta.log.LiveFile;
import io.sluice.delta.log.TableFolder;
import io.sluice.delta.schema.FlinkTypes;
import io.sluice.delta.storage.Iterators;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;

/** Reads the live rows of single files, without their partition columns, to write them again. */
@Internal
public final class LiveRows {

  /** Takes one row, which it may keep. */
  @FunctionalInterface
  public interface Target {
    void accept(RowData row) throws IOException;
  }

  private final TableStorage table;
  private final Engine engine;
  private final TableFolder paths;
  private final DeletionVectors vectors;
  private final Row state;
  private final StructType physicalSchema;
  private final RowType type;
  private final List<FlinkValues> values;

  /**
   * @param columns what to read of each file, in this order
   */
  public LiveRows(TableStorage table, Engine engine, Snapshot snapshot, StructType columns) {
    this.table = table;
    this.engine = engine;
    paths = new TableFolder(table);
    vectors = new DeletionVectors(table);
    Scan scan = snapshot.getScanBuilder().withReadSchema(columns).build();
    state = scan.getScanState(engine);
    physicalSchema = TextAsBytes.in(ScanStateRow.getPhysicalDataReadSchema(state));
    type = FlinkTypes.toFlink(columns);
    values = type.getChildren().stream().map(FlinkValues::of).toList();
  }

  /** The type of the rows. */
  public RowType type() {
    return type;
  }

  /** Shows every live row of a file, in order, to the target. */
  public void read(LiveFile file, Target target) throws IOException {
    paths.inside(file.path());
    Row scanRow = checked(file).scanRow(table);
    FileStatus status = InternalScanFileUtils.getAddFileStatus(scanRow);
    CloseableIterator<ColumnarBatch> data =
        engine
            .getParquetHandler()
            .readParquetFiles(Iterators.one(status), physicalSchema, Optional.empty())
            .map(FileReadResult::getData);
    try (CloseableIterator<FilteredColumnarBatch> batches =
        Scan.transformPhysicalData(engine, state, scanRow, data)) {
      while (batches.hasNext()) {
        show(batches.next(), target);
      }
    }
  }

  private void show(FilteredColumnarBatch batch, Target target) throws IOException {
    ColumnVector[] columns = new ColumnVector[values.size()];
    for (int i = 0; i < columns.length; i++) {
      int ordinal = batch.getData().getSchema().indexOf(type.getFieldNames().get(i));
      columns[i] = batch.getData().getColumnVector(ordinal);
    }
    Optional<ColumnVector> selection = batch.getSelectionVector();
    for (int at = 0; at < batch.getData().getSize(); at++) {
      if (selection.isEmpty()
          || (!selection.get().isNullAt(at) && selection.get().getBoolean(at))) {
        GenericRowData row = new GenericRowData(columns.length);
        for (int i = 0; i < columns.length; i++) {
          row.setField(i, values.get(i).get(columns[i], at));
        }
        target.accept(row);
      }
    }
  }

  /** Kernel believes what a deletion vector says of itself, and fails for an empty one. */
  private LiveFile checked(LiveFile file) throws IOException {
    return file.vector().isPresent() && vectors.read(file.vector().get()).isEmpty()
        ? new LiveFile(file.file(), file.rows(), Optional.empty(), file.tags())
        : file;
  }
}
