package io.sluice.delta.maintain;

import io.delta.kernel.Snapshot;
import io.delta.kernel.expressions.Column;
import io.delta.kernel.types.StructType;
import io.sluice.delta.live.FileGroup;
import io.sluice.delta.log.LiveFile;
import io.sluice.delta.log.LoadedTable;
import io.sluice.delta.log.RewritableFeatures;
import io.sluice.delta.parquet.FileStatistics;
import io.sluice.delta.parquet.LiveRows;
import io.sluice.delta.rewrite.GroupWriter;
import io.sluice.delta.rewrite.RewriteResult;
import io.sluice.delta.rewrite.RewrittenFiles;
import io.sluice.delta.schema.FlinkTypes;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.flink.annotation.Internal;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

/**
 * Rewrites each partition so that a file holds rows that are near in several columns at once:
 * readers that filter by any of them then skip most files.
 */
@Internal
public final class ZOrdering {

  /** Rows of a partition held in memory; more are sorted in temporary files. */
  private static final long BUFFER_BYTES = 64L << 20;

  private final LoadedTable table;
  private final List<String> columns;
  private final long targetFileSize;
  private final long bufferBytes;
  private final Runnable beforeCommit;

  public ZOrdering(TableStorage table, List<String> columns, long targetFileSize) {
    this(table, columns, targetFileSize, BUFFER_BYTES, () -> {});
  }

  public ZOrdering(
      TableStorage table,
      List<String> columns,
      long targetFileSize,
      long bufferBytes,
      Runnable beforeCommit) {
    this.table = new LoadedTable(table);
    this.columns = List.copyOf(columns);
    this.targetFileSize = targetFileSize;
    this.bufferBytes = bufferBytes;
    this.beforeCommit = beforeCommit;
  }

  public RewriteResult run(boolean dryRun) throws IOException {
    Snapshot snapshot = table.load();
    RewritableFeatures.check(table.table().toString(), snapshot);
    TableRewrite rewrite = new TableRewrite(table, snapshot, beforeCommit);
    checkColumns(snapshot, rewrite.writer().columns());
    List<FileGroup> partitions = rewrite.partitions().stream().filter(this::useful).toList();
    return dryRun
        ? TableRewrite.plan(partitions, targetFileSize)
        : rewrite.run(
            partitions,
            (writer, partition) ->
                writer.reordered(
                    partition, targetFileSize, (files, sorted) -> sort(writer, files, sorted)),
            parameters());
  }

  /** A partition of one small file has nothing that a reader could skip. */
  private boolean useful(FileGroup partition) {
    return partition.files().size() > 1 || partition.liveSize() > targetFileSize;
  }

  /** What the history of the table shows, in the form of Spark's OPTIMIZE. */
  private Map<String, String> parameters() {
    String names =
        columns.stream().map(c -> '"' + c + '"').collect(Collectors.joining(",", "[", "]"));
    return Map.of("predicate", "[]", "zOrderBy", names, "auto", "false");
  }

  private void sort(GroupWriter writer, List<LiveFile> files, RewrittenFiles sorted)
      throws IOException {
    LiveRows rows = writer.rows();
    ZOrderCurve curve = curve(sample(writer, files), rows.type());
    try (SpillingSort sort = new SpillingSort(rows.type(), bufferBytes)) {
      for (LiveFile file : files) {
        rows.read(file, row -> sort.add(curve.place(row), row));
      }
      sort.drain(sorted::write);
    }
  }

  /** The range of each column's values. */
  private List<ValueRanges> sample(GroupWriter writer, List<LiveFile> files) throws IOException {
    LiveRows rows = writer.rows(columns);
    RowSample sample = new RowSample();
    for (LiveFile file : files) {
      rows.read(file, sample);
    }
    List<ValueRanges> ranges = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      RowData.FieldGetter column = RowData.createFieldGetter(rows.type().getTypeAt(i), i);
      ranges.add(ValueRanges.of(sample.values(column), ZOrderCurve.ranges(columns.size())));
    }
    return ranges;
  }

  private ZOrderCurve curve(List<ValueRanges> ranges, RowType type) {
    List<ZOrderCurve.Dimension> dimensions = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      int at = type.getFieldIndex(columns.get(i));
      dimensions.add(
          new ZOrderCurve.Dimension(
              RowData.createFieldGetter(type.getTypeAt(at), at), ranges.get(i)));
    }
    return new ZOrderCurve(dimensions);
  }

  private void checkColumns(Snapshot snapshot, StructType fileColumns) {
    if (columns.isEmpty() || Set.copyOf(columns).size() < columns.size()) {
      throw new IllegalArgumentException(
          "Name one or more different columns to order table "
              + table.table()
              + " by, not "
              + columns);
    }
    Set<Column> indexed = FileStatistics.indexed(fileColumns);
    RowType type = FlinkTypes.toFlink(fileColumns);
    for (String column : columns) {
      String reason = reason(snapshot, type, indexed, column);
      if (!reason.isEmpty()) {
        throw new IllegalArgumentException(
            "Table "
                + table.table()
                + " cannot be ordered by '"
                + column
                + "': "
                + reason
                + ". Name other columns");
      }
    }
  }

  /** Why ordering by the column is impossible or of no use; empty if it is neither. */
  private static String reason(
      Snapshot snapshot, RowType type, Set<Column> indexed, String column) {
    if (snapshot.getPartitionColumnNames().contains(column)) {
      return "the table is partitioned by it, so a file has one value of it anyway";
    }
    int at = type.getFieldIndex(column);
    if (at < 0) {
      return "it is not a column; the columns are " + type.getFieldNames();
    }
    if (!hasBounds(type.getTypeAt(at))) {
      return "files keep no bounds of its type, " + type.getTypeAt(at).asSummaryString();
    }
    return indexed.contains(new Column(column))
        ? ""
        : "files keep bounds of the first " + FileStatistics.INDEXED + " columns only";
  }

  private static boolean hasBounds(LogicalType type) {
    return switch (type.getTypeRoot()) {
      case TINYINT, SMALLINT, INTEGER, BIGINT, FLOAT, DOUBLE, DECIMAL -> true;
      case VARCHAR, DATE -> true;
      case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE -> true;
      default -> false;
    };
  }
}
