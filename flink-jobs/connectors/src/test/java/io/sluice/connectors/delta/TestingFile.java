package io.sluice.connectors.delta;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.OutputFile;

/** Writes data files with row groups as small as wanted, as another writer might. */
final class TestingFile {

  private TestingFile() {}

  /**
   * @return the add action
   */
  static String write(
      Path table, String name, RowType type, List<? extends RowData> rows, int rowsPerGroup)
      throws IOException {
    Path file = table.resolve(name);
    try (ParquetWriter<RowData> writer =
        new Builder(new LocalOutputFile(file), new RowDataWriteSupport(type, List.of()))
            .withRowGroupRowCountLimit(rowsPerGroup)
            .build()) {
      for (RowData row : rows) {
        writer.write(row);
      }
    }
    return "{\"add\":{\"path\":\"%s\",\"partitionValues\":{},\"size\":%d,\"modificationTime\":%d,\"dataChange\":true,\"stats\":\"{\\\"numRecords\\\":%d}\"}}"
        .formatted(name, Files.size(file), Files.getLastModifiedTime(file).toMillis(), rows.size());
  }

  private static final class Builder extends ParquetWriter.Builder<RowData, Builder> {
    private final WriteSupport<RowData> support;

    Builder(OutputFile file, WriteSupport<RowData> support) {
      super(file);
      this.support = support;
    }

    @Override
    protected Builder self() {
      return this;
    }

    @Override
    protected WriteSupport<RowData> getWriteSupport(Configuration configuration) {
      return support;
    }
  }
}
