package io.sluice.connectors.delta;

import io.delta.kernel.types.StructType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;

/** New files with rows of one partition, one after the other, rolled by size. */
final class RewrittenFiles implements AutoCloseable {

  private final Path table;
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
      Path table, StructType columns, Map<String, String> partitionValues, long targetSize) {
    this.table = table;
    this.partitionValues = partitionValues;
    this.targetSize = targetSize;
    type = FlinkTypes.toFlink(columns);
    statistics = new FileStatistics(columns);
  }

  void write(RowData row) throws IOException {
    if (open == null) {
      open = open();
    }
    open.write(row);
    rows++;
    if (open.reached(targetSize)) {
      roll();
    }
  }

  private DataFile open() throws IOException {
    String folder = PartitionValues.directory(partitionValues);
    new LogPath(table).checkFolder(folder);
    String name = String.format("part-%05d-%s.snappy.parquet", finished.size(), attempt);
    return new DataFile(
        table,
        folder + name,
        partitionValues,
        new RowDataWriteSupport(type, List.of()),
        dictionaries,
        targetSize);
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
