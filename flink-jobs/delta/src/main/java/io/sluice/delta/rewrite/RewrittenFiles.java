package io.sluice.delta.rewrite;

import io.delta.kernel.types.StructType;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.parquet.DataFile;
import io.sluice.delta.parquet.Dictionaries;
import io.sluice.delta.parquet.FileStatistics;
import io.sluice.delta.parquet.ParquetTypes;
import io.sluice.delta.parquet.RowDataWriteSupport;
import io.sluice.delta.schema.FlinkTypes;
import io.sluice.delta.schema.PartitionValues;
import io.sluice.delta.storage.NewFile;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.parquet.schema.MessageType;

/** New files with rows of one partition, one after the other, rolled by size. */
@Internal
public final class RewrittenFiles implements AutoCloseable {

  private final TableStorage table;
  private final RowType type;
  private final Map<String, String> partitionValues;
  private final long targetSize;
  private final FileStatistics statistics;
  private final Dictionaries dictionaries = new Dictionaries();
  private final String attempt = UUID.randomUUID().toString();
  private final List<DeltaFile> finished = new ArrayList<>();
  private DataFile open;
  private long rows;

  /**
   * @param columns of the files: without the partition columns
   * @param partitionValues outermost first
   */
  RewrittenFiles(
      TableStorage table,
      StructType columns,
      FileStatistics statistics,
      Map<String, String> partitionValues,
      long targetSize) {
    this.table = table;
    this.partitionValues = partitionValues;
    this.targetSize = targetSize;
    type = FlinkTypes.toFlink(columns);
    this.statistics = statistics;
  }

  public void write(RowData row) throws IOException {
    if (open == null) {
      open = open();
    }
    open.write(row);
    rows++;
    if (open.reached(targetSize)) {
      roll();
    }
  }

  /** Of the next file, below the table. */
  private String path() {
    return PartitionValues.directory(partitionValues)
        + String.format("part-%05d-%s.snappy.parquet", finished.size(), attempt);
  }

  private DataFile open() throws IOException {
    return new DataFile(
        table,
        path(),
        partitionValues,
        new RowDataWriteSupport(type, List.of()),
        dictionaries,
        targetSize);
  }

  /** What a file looks like. */
  MessageType schema() {
    return ParquetTypes.message(type);
  }

  /**
   * Makes a file of row groups as they are.
   *
   * @param cancelled asked now and then
   */
  void copy(RowGroups groups, BooleanSupplier cancelled) throws IOException {
    NewFile file = table.create(path());
    try {
      String stats = statistics.json(groups.writeTo(file, cancelled));
      finished.add(DataFile.named(file.written(), partitionValues, stats));
      rows += groups.rows();
    } catch (IOException | RuntimeException e) {
      table.discard(path(), e);
      throw e;
    }
  }

  private void roll() throws IOException {
    finished.add(open.finish(statistics));
    open = null;
  }

  /** Rows written so far. */
  long rows() {
    return rows;
  }

  /** Ends the last file and hands all of them over, on disk; none if there was no row. */
  List<DeltaFile> finish() throws IOException {
    if (open != null) {
      roll();
    }
    List<DeltaFile> files = List.copyOf(finished);
    finished.clear();
    return files;
  }

  /** Removes what was not handed over. */
  @Override
  public void close() throws IOException {
    try (DataFile unfinished = open) {
      Rewrite.discard(table, finished);
    }
    open = null;
    finished.clear();
  }
}
