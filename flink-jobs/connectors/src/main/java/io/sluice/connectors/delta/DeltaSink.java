package io.sluice.connectors.delta;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessageTypeInfo;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;

/**
 * Appends rows to a Delta table exactly once: rows become visible when the checkpoint that covers
 * them completes, all rows of a checkpoint in one table version. Give the sink a {@code uid}; its
 * parts derive theirs from it.
 *
 * <p>The table is created when the sink opens. One that exists must have the same columns.
 */
public final class DeltaSink
    implements Sink<RowData>,
        SupportsPreCommitTopology<DeltaWriteResult, DeltaCommittable>,
        SupportsCommitter<DeltaCommittable> {

  private static final long serialVersionUID = 1L;
  private static final String AGGREGATOR = "delta-aggregator";
  private static final Duration PREDECESSOR_PAUSE = Duration.ofMillis(250);

  private final String sinkId;
  private final String tablePath;
  private final TableLayout layout;
  private final Fence fence;

  private DeltaSink(Builder builder) {
    sinkId = builder.sinkId;
    tablePath = TablePath.parse(builder.tablePath).toString();
    layout = new TableLayout(builder.rowType, builder.partitionColumns, builder.targetFileSize);
    fence = builder.fence;
    if (fence != null) {
      FenceGuard.checkOrder(fence, builder.rowType);
    }
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

    private static final long DEFAULT_FILE_SIZE = 128L << 20;

    private final String sinkId;
    private final String tablePath;
    private final RowType rowType;
    private List<String> partitionColumns = List.of();
    private long targetFileSize = DEFAULT_FILE_SIZE;
    private Fence fence;

    private Builder(String sinkId, String tablePath, RowType rowType) {
      this.sinkId = Objects.requireNonNull(sinkId, "sinkId");
      this.tablePath = Objects.requireNonNull(tablePath, "tablePath");
      this.rowType = Objects.requireNonNull(rowType, "rowType");
      if (!sinkId.matches("[A-Za-z0-9._-]+")) {
        throw new IllegalArgumentException(
            "The sink id '" + sinkId + "' may hold letters, digits, '.', '_' and '-' only");
      }
    }

    /** Partition columns, outermost directory first. */
    public Builder partitionBy(List<String> columns) {
      partitionColumns = List.copyOf(columns);
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

    /**
     * @throws IllegalArgumentException if the path is not local and absolute, or a column or type
     *     does not fit
     */
    public DeltaSink build() {
      return new DeltaSink(this);
    }
  }

  @Override
  public CommittingSinkWriter<RowData, DeltaWriteResult> createWriter(WriterInitContext context)
      throws IOException {
    KernelTable table = table(() -> {}).createIfAbsent();
    Map<String, Long> held = table.current().positions();
    return new DeltaWriter(
        new PartitionedFiles(
            layout, TablePath.parse(tablePath), context.getTaskInfo().getIndexOfThisSubtask()),
        Optional.ofNullable(fence).map(set -> new FenceGuard(set, layout.rowType(), held)),
        context.metricGroup());
  }

  @Override
  public DataStream<CommittableMessage<DeltaCommittable>> addPreCommitTopology(
      DataStream<CommittableMessage<DeltaWriteResult>> written) {
    // One writer, aggregator and committer are one task; more writers send to one aggregator.
    boolean one = written.getParallelism() == 1;
    var aggregated =
        (one ? written : written.global())
            .transform(
                AGGREGATOR,
                CommittableMessageTypeInfo.of(DeltaCommittableSerializer::new),
                new CommittableAggregator(
                    sinkId,
                    tablePath,
                    appId -> table(() -> {}).createIfAbsent().current().transaction(appId)))
            .uid(AGGREGATOR)
            .setParallelism(1);
    // All committables of a sink go to one committer, which keeps their order.
    return one ? aggregated : aggregated.global();
  }

  @Override
  public Committer<DeltaCommittable> createCommitter(CommitterInitContext context)
      throws IOException {
    CommitMetrics metrics = new CommitMetrics(context.metricGroup());
    return new DeltaCommitter(
        tablePath, table(metrics::hookFailed).createIfAbsent(), metrics, PREDECESSOR_PAUSE);
  }

  private KernelTable table(Runnable onHookFailure) {
    return new KernelTable(TablePath.parse(tablePath), layout, onHookFailure);
  }

  @Override
  public SimpleVersionedSerializer<DeltaWriteResult> getWriteResultSerializer() {
    return new DeltaWriteResultSerializer();
  }

  @Override
  public SimpleVersionedSerializer<DeltaCommittable> getCommittableSerializer() {
    return new DeltaCommittableSerializer();
  }
}
