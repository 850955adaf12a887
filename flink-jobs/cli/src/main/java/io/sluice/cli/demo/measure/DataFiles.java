package io.sluice.cli.demo.measure;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.engine.FileReadResult;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.StructType;
import io.delta.kernel.utils.CloseableIterator;
import io.delta.kernel.utils.FileStatus;
import io.sluice.cli.text.CommandFailure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import org.apache.hadoop.conf.Configuration;

/** Reads one column of the data files that a version of a Delta table added. */
final class DataFiles {
  private final Engine engine = DefaultEngine.create(new Configuration());

  /**
   * Shows every value of a column without nulls.
   *
   * @param type LONG, or TIMESTAMP for microseconds since 1970
   */
  void longs(
      List<DeltaLogTail.AddedFile> files, String column, DataType type, LongConsumer visitor) {
    try (FileCopies copies = new FileCopies()) {
      List<FileStatus> statuses = new ArrayList<>();
      for (DeltaLogTail.AddedFile file : files) {
        statuses.add(FileStatus.of(copies.local(file.path()).toString(), file.bytes(), 0));
      }
      longs(statuses.iterator(), column, type, visitor);
    } catch (IOException e) {
      throw new CommandFailure(
          "The data files %s cannot be read: %s.".formatted(files, e.getMessage()), e);
    }
  }

  private void longs(
      Iterator<FileStatus> statuses, String column, DataType type, LongConsumer visitor)
      throws IOException {
    try (CloseableIterator<FileReadResult> results =
        engine
            .getParquetHandler()
            .readParquetFiles(
                closeable(statuses), new StructType().add(column, type), Optional.empty())) {
      while (results.hasNext()) {
        ColumnarBatch batch = results.next().getData();
        ColumnVector values = batch.getColumnVector(0);
        for (int row = 0; row < batch.getSize(); row++) {
          visitor.accept(values.getLong(row));
        }
      }
    }
  }

  private static <T> CloseableIterator<T> closeable(Iterator<T> rest) {
    return new CloseableIterator<>() {
      @Override
      public boolean hasNext() {
        return rest.hasNext();
      }

      @Override
      public T next() {
        return rest.next();
      }

      @Override
      public void close() {
        // A list has nothing to close.
      }
    };
  }
}
