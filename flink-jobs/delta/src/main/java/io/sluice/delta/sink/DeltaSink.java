package io.sluice.delta.sink;

import io.sluice.delta.commit.AppendTable;
import io.sluice.delta.commit.CommitTable;
import io.sluice.delta.commit.DeltaWriteResult;
import io.sluice.delta.live.LiveFiles;
import io.sluice.delta.log.TableHead;
import io.sluice.delta.log.TableState;
import io.sluice.delta.schema.SchemaPolicy;
import io.sluice.delta.storage.TableStorage;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.metrics.MetricGroup;
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
@PublicEvolving
public final class DeltaSink extends TableVersionSink<RowData> {

  private static final long serialVersionUID = 1L;

  private DeltaSink(SinkTarget target) {
    super(target);
  }

  /**
   * Starts a sink that only appends.
   *
   * @param sinkId names the sink in the table's log; constant across restarts and unique among the
   *     sinks of a table
   * @param tablePath an absolute path, a {@code file:} URI or {@code s3://bucket/key}
   * @param rowType the columns; all Flink types but TIME, intervals and MULTISET
   */
  public static Builder append(String sinkId, String tablePath, RowType rowType) {
    return new Builder(sinkId, tablePath, rowType);
  }

  /** Collects the settings of a sink. */
  public static final class Builder extends SinkBuilder<Builder> {

    private Map<String, String> strays = Map.of();

    private Builder(String sinkId, String tablePath, RowType rowType) {
      super(sinkId, tablePath, rowType);
    }

    @Override
    protected Builder self() {
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

    /**
     * @throws IllegalArgumentException if the path is not local and absolute, or a column or type
     *     does not fit
     */
    public DeltaSink build() {
      return new DeltaSink(target(layout(null).withStrays(strays)));
    }
  }

  /**
   * Compares the table with what the sink writes, before a job starts.
   *
   * @throws IllegalStateException naming every difference of a table that exists and does not fit
   */
  public void checkTable() throws IOException {
    target().head().checkIfPresent();
  }

  @Override
  public CommitTable table(TableHead head, LiveFiles live) {
    return new AppendTable(head, live);
  }

  @Override
  public CommittingSinkWriter<RowData, DeltaWriteResult> createWriter(WriterInitContext context)
      throws IOException {
    SinkTarget to = target();
    TableHead head = to.head().createIfAbsent();
    TableState opened = head.current();
    MetricGroup metrics = to.metering().group(context.metricGroup());
    return new DeltaWriter(
        new EvolvingFiles(
            TableStorage.of(to.tablePath()),
            to.layout(),
            head.snapshot().getSchema(),
            context.getTaskInfo().getIndexOfThisSubtask(),
            metrics),
        Optional.ofNullable(to.fence())
            .map(set -> new FenceGuard(to.tablePath(), set, to.layout().rowType(), opened)),
        to.metering().waiting(to.layout().rowType(), context.metricGroup(), Clock.systemUTC()),
        metrics,
        context.metricGroup());
  }
}
