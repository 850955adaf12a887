package io.sluice.delta.testing;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.delta.parquet.RowDataWriteSupport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.OutputFile;

/** Writes data files with row groups as small as wanted, as another writer might. */
public final class TestingFile {

  private static final ObjectMapper JSON = new ObjectMapper();

  private TestingFile() {}

  /**
   * @return the add action
   */
  public static String write(
      Path table, String name, RowType type, List<? extends RowData> rows, int rowsPerGroup)
      throws IOException {
    return write(table, name, type, Map.of(), rows, rowsPerGroup);
  }

  /**
   * @param partition of all the rows
   * @return the add action
   */
  public static String write(
      Path table,
      String name,
      RowType type,
      Map<String, String> partition,
      List<? extends RowData> rows,
      int rowsPerGroup)
      throws IOException {
    Path file = table.resolve(name);
    try (ParquetWriter<RowData> writer =
        new Builder(
                new LocalOutputFile(file),
                new RowDataWriteSupport(type, List.copyOf(partition.keySet())))
            .withRowGroupRowCountLimit(rowsPerGroup)
            .build()) {
      for (RowData row : rows) {
        writer.write(row);
      }
    }
    ObjectNode action = JSON.createObjectNode();
    ObjectNode add = action.putObject("add").put("path", name);
    ObjectNode values = add.putObject("partitionValues");
    partition.forEach(values::put);
    add.put("size", Files.size(file))
        .put("modificationTime", Files.getLastModifiedTime(file).toMillis())
        .put("dataChange", true)
        .put("stats", "{\"numRecords\":" + rows.size() + "}");
    return action.toString();
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
