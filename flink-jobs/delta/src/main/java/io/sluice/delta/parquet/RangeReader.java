package io.sluice.delta.parquet;

import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.defaults.internal.parquet.ParquetFileReader.BatchReadSupport;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.sluice.delta.log.DeletionVectors;
import io.sluice.delta.log.TableFolder;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;
import org.apache.flink.annotation.Internal;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.conf.HadoopParquetConfiguration;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.io.InputFile;
import org.roaringbitmap.RoaringBitmap;

/**
 * Reads the live rows of a part of a data file, batch by batch. Kernel's converters make columns of
 * the pages; Kernel's own reader knows no ranges.
 */
@Internal
public final class RangeReader implements AutoCloseable {

  private static final int BATCH_ROWS = 1024;

  /** Without the defaults, which Hadoop would look for on the class path for each file. */
  private static final ParquetConfiguration CONFIGURATION =
      new HadoopParquetConfiguration(new Configuration(false));

  private final TableStorage table;
  private final FileRange range;
  private final List<StructField> columns;

  /** By the place of the column; null for those of the file. */
  private final ColumnVector[] constants;

  private final RoaringBitmap deleted;
  private final BatchReadSupport batches;
  private final ParquetReader<Object> rows;

  /**
   * @param columns what to read, as the file calls it
   * @throws IOException if the file, or its deletion vector, is not there or outside of the table
   */
  public RangeReader(TableStorage table, StructType columns, FileRange range) throws IOException {
    this.table = table;
    this.range = range;
    this.columns = columns.fields();
    constants = constants(table, range);
    StructType inFile =
        new StructType(
            this.columns.stream()
                .filter(field -> !range.partitionValues().containsKey(field.getName()))
                .toList());
    batches = new BatchReadSupport(BATCH_ROWS, inFile);
    try {
      String file = new TableFolder(table).below(range.path());
      deleted =
          range.deletions().isPresent()
              ? new DeletionVectors(table).read(range.deletions().get())
              : new RoaringBitmap();
      rows =
          new Rows(new ParquetInput(table, file), batches)
              .withFileRange(range.start(), range.end())
              .build();
    } catch (NoSuchFileException e) {
      throw gone(table, range.path(), e);
    }
  }

  private ColumnVector[] constants(TableStorage table, FileRange range) {
    ColumnVector[] vectors = new ColumnVector[columns.size()];
    for (int i = 0; i < vectors.length; i++) {
      StructField column = columns.get(i);
      if (range.partitionValues().containsKey(column.getName())) {
        vectors[i] =
            new ConstantVector(
                table.toString(), column, range.partitionValues().get(column.getName()));
      }
    }
    return vectors;
  }

  /** The failure of reading a file that is not there. */
  public static IOException gone(TableStorage table, String path, NoSuchFileException cause) {
    return new IOException(
        ("The data file %s of table %s is missing. If the version that is read is older than the retention, a vacuum"
                + " removed it: read a newer version, without this state. Otherwise put it back from a backup")
            .formatted(path, table),
        cause);
  }

  /** Tells Parquet how to make columns; its builder can be made in no other way. */
  private static final class Rows extends ParquetReader.Builder<Object> {
    private final BatchReadSupport support;

    Rows(InputFile file, BatchReadSupport support) {
      super(file, CONFIGURATION);
      this.support = support;
    }

    @Override
    protected ReadSupport<Object> getReadSupport() {
      return support;
    }
  }

  /** The next rows, at least one; empty at the end. */
  public Optional<RowBatch> next() throws IOException {
    try {
      return read();
    } catch (NoSuchFileException e) {
      // It was there when it was opened; of a bucket nothing is read until then.
      throw gone(table, range.path(), e);
    }
  }

  private Optional<RowBatch> read() throws IOException {
    int[] live = new int[BATCH_ROWS];
    int count = 0;
    while (count == 0) {
      int size = 0;
      while (size < BATCH_ROWS && rows.read() != null) {
        long position = rows.getCurrentRowIndex();
        batches.finalizeCurrentRow(position);
        if (deleted.isEmpty() || !deleted.contains((int) position)) {
          live[count++] = size;
        }
        size++;
      }
      if (size == 0) {
        return Optional.empty();
      }
      ColumnarBatch batch = batches.getDataAsColumnarBatch(size);
      if (count > 0) {
        return Optional.of(new RowBatch(columns(batch), live, count));
      }
    }
    return Optional.empty();
  }

  private ColumnVector[] columns(ColumnarBatch batch) {
    ColumnVector[] vectors = constants.clone();
    int next = 0;
    for (int i = 0; i < vectors.length; i++) {
      if (vectors[i] == null) {
        vectors[i] = batch.getColumnVector(next++);
      }
    }
    return vectors;
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
