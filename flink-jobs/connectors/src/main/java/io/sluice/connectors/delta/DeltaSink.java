package io.sluice.connectors.delta;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;

/**
 * Appends rows to a Delta table exactly once: rows become visible when the checkpoint that covers
 * them completes, all rows of a checkpoint in one table version. Give the sink a {@code uid}; its
 * parts derive theirs from it.
 *
 * <p>The table is created when the sink opens. One that exists must have the same types in columns
 * of the same names; see {@link SchemaPolicy} for those that it lacks.
 */
public final class DeltaSink extends TableVersionSink<RowData> {

  static final long DEFAULT_FILE_SIZE = 128L << 20;

  private static final long serialVersionUID = 1L;

  private DeltaSink(SinkTarget target) {
    super(target);
  }

  /**
   * Starts a sink that only appends.
   *
   * @param sinkId names the sink in the table's log; constant across restarts and unique among the
   *     sinks of a table
   * @param tablePath an absolute path or a {@code file:} URI
   * @param rowType the columns; all Flink types but TIME, intervals and MULTISET
   */
  public static Builder append(String sinkId, String tablePath, RowType rowType) {
    return new Builder(sinkId, tablePath, rowType);
  }

  /** Collects the settings of a sink. */
  public static final class Builder {

    private final String sinkId;
    private final String tablePath;
    private final RowType rowType;
    private List<String> partitionColumns = List.of();
    private long targetFileSize = DEFAULT_FILE_SIZE;
    private Fence fence;
    private SchemaChanges changes = SchemaChanges.of(SchemaPolicy.EVOLVE);
    private boolean compacted = true;
    private Map<String, String> strays = Map.of();

    private Builder(String sinkId, String tablePath, RowType rowType) {
      this.sinkId = Objects.requireNonNull(sinkId, "sinkId");
      this.tablePath = Objects.requireNonNull(tablePath, "tablePath");
      this.rowType = Objects.requireNonNull(rowType, "rowType");
    }

    /** Partition columns, outermost directory first. */
    public Builder partitionBy(List<String> columns) {
      partitionColumns = List.copyOf(columns);
      return this;
    }

    /**
     * Bounds the partitions, and so the files, of a checkpoint: the first {@value
     * PartitionedFiles#MAX_BEFORE_STRAYS} of a writer are as the rows say; all further rows of the
     * checkpoint go into this one, whose values take the place of theirs. For tables whose rows
     * come from strangers and must be kept.
     *
     * @param values a text of the Delta protocol for each partition column
     */
    public Builder strays(Map<String, String> values) {
      strays = Map.copyOf(values);
      return this;
    }

    /** Skips rows that the table holds already after a replay. */
    public Builder fence(Fence rowFence) {
      fence = Objects.requireNonNull(rowFence, "fence");
      return this;
    }

    /**
     * Size at which a file is ended and the next begun; a checkpoint ends all files whatever their
     * size.
     *
     * @param bytes positive; 128 MB if not set
     */
    public Builder targetFileSize(long bytes) {
      targetFileSize = bytes;
      return this;
    }

    /** What happens to columns that the table lacks; {@link SchemaPolicy#EVOLVE} if not set. */
    public Builder schemaChanges(SchemaPolicy policy) {
      changes = changes.with(policy);
      return this;
    }

    /**
     * Takes columns that a row brings along beyond those of the sink.
     *
     * @param rows the type of the rows, which begin with the sink's columns
     * @param column a nullable {@code ROW<type STRING, row BYTES>}: a serialisable Flink row type
     *     of nullable columns, and a binary row of it; null when there is nothing new
     * @throws IllegalArgumentException if the rows have no such field
     */
    public Builder newColumns(RowType rows, String column) {
      changes = changes.with(rowType, rows, column);
      return this;
    }

    /**
     * Whether small files are packed in the background, between commits; they are if not set. A
     * table that others maintain may do without.
     */
    public Builder compacted(boolean inBackground) {
      compacted = inBackground;
      return this;
    }

    /**
     * @throws IllegalArgumentException if the path is not local and absolute, or a column or type
     *     does not fit
     */
    public DeltaSink build() {
      TableLayout layout =
          new TableLayout(
              rowType, partitionColumns, targetFileSize, null, compacted, changes, strays);
      return new DeltaSink(new SinkTarget(sinkId, tablePath, layout, fence));
    }
  }

  /**
   * Compares the table with what the sink writes, before a job starts.
   *
   * @throws IllegalStateException naming every difference of a table that exists and does not fit
   */
  public void checkTable() throws IOException {
    target().table(() -> {}).checkIfPresent();
  }

  @Override
  public CommittingSinkWriter<RowData, DeltaWriteResult> createWriter(WriterInitContext context)
      throws IOException {
    SinkTarget to = target();
    KernelTable table = to.table(() -> {}).createIfAbsent();
    TableState opened = table.current();
    return new DeltaWriter(
        new EvolvingFiles(
            TablePath.parse(to.tablePath()),
            to.layout(),
            table.schema(),
            context.getTaskInfo().getIndexOfThisSubtask(),
            context.metricGroup()),
        Optional.ofNullable(to.fence())
            .map(set -> new FenceGuard(to.tablePath(), set, to.layout().rowType(), opened)),
        context.metricGroup());
  }
}
