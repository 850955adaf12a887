package io.sluice.delta.upsert;

import io.sluice.delta.schema.SchemaPolicy;
import io.sluice.delta.schema.TableLayout;
import io.sluice.delta.schema.UpsertKey;
import io.sluice.delta.sink.DeltaSink;
import io.sluice.delta.sink.SinkBuilder;
import io.sluice.delta.sink.SinkTarget;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;

/**
 * Keeps one row per key in a Delta table, the newest by an order column, exactly once: changes
 * become visible when the checkpoint that covers them completes, all changes of a checkpoint in one
 * table version.
 *
 * <p>Row kinds: INSERT and UPDATE_AFTER write the row, DELETE takes the key's row away,
 * UPDATE_BEFORE says nothing new. A row whose order value is lower than one that its key has seen,
 * deletions included, changes nothing; at equal values the later arrival counts.
 *
 * <p>Replaced rows are marked in deletion vectors; the place of every key's row is kept in keyed
 * state, so that the cost of a commit does not grow with the table. The package's README tells the
 * design and its costs.
 *
 * <p>The table is created when the job starts. One that exists must allow deletion vectors and have
 * the same types in columns of the same names; see {@link SchemaPolicy} for those that it lacks.
 */
@PublicEvolving
public final class DeltaUpsert {

  private static final String INDEX = "-index";

  private final SinkTarget target;
  private final IndexRetention retention;

  private DeltaUpsert(SinkTarget target, IndexRetention retention) {
    this.target = target;
    this.retention = retention;
  }

  /**
   * Starts an upsert.
   *
   * @param sinkId names the sink in the table's log; constant across restarts and unique among the
   *     sinks of a table
   * @param tablePath an absolute path, a {@code file:} URI or {@code s3://bucket/key}
   * @param rowType the columns; all Flink types but TIME, intervals and MULTISET
   */
  public static Builder into(String sinkId, String tablePath, RowType rowType) {
    return new Builder(sinkId, tablePath, rowType);
  }

  /** Collects the settings of an upsert. */
  public static final class Builder extends SinkBuilder<Builder> {

    private List<String> key = List.of();
    private String orderBy;
    private IndexRetention retention = IndexRetention.FOREVER;

    private Builder(String sinkId, String tablePath, RowType rowType) {
      super(sinkId, tablePath, rowType);
    }

    @Override
    protected Builder self() {
      return this;
    }

    /** Columns that identify a row: scalar types but FLOAT and DOUBLE, never null. */
    public Builder key(List<String> columns) {
      key = List.copyOf(columns);
      return this;
    }

    /** The column that says which row is newer: a whole number, date or timestamp, never null. */
    public Builder orderBy(String column) {
      orderBy = column;
      return this;
    }

    /**
     * How long the index remembers a key that does not change; for ever if not set. Rows of
     * forgotten keys are found in the table by their key. The order of deletions is forgotten, too:
     * after that an older row brings the key back.
     *
     * @param retain at least a millisecond; sensible are days, and more than rows come late
     */
    public Builder indexRetain(Duration retain) {
      retention = retention.retain(Objects.requireNonNull(retain, "retain"));
      return this;
    }

    /**
     * By what the index ages; processing time if not set.
     *
     * @param clock the clock of the job's state backend
     * @param timeColumn a timestamp column whose values move the clock
     */
    public Builder indexClock(IndexClock.Source clock, String timeColumn) {
      retention = retention.by(clock, Objects.requireNonNull(timeColumn, "timeColumn"));
      return this;
    }

    /**
     * @throws IllegalArgumentException if the path is not local and absolute, or a column or type
     *     does not fit
     */
    public DeltaUpsert build() {
      TableLayout layout = layout(new UpsertKey(key, orderBy));
      retention.check(layout.rowType());
      return new DeltaUpsert(target(layout), retention);
    }
  }

  /** Compares the table with what the upsert writes, as {@link DeltaSink#checkTable} does. */
  public void checkTable() throws IOException {
    target.head().checkIfPresent();
  }

  /**
   * Adds the upsert to a job: the operator {@code <uid>-index} and the sink {@code <uid>}.
   *
   * @param uid constant and unique within the job; names state in savepoints
   */
  public void apply(DataStream<RowData> rows, String uid) {
    TableLayout layout = target.layout();
    rows.keyBy(new KeyColumns(layout.rowType(), layout.key().columns()))
        .transform(
            uid + INDEX,
            PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO,
            new UpsertOperator(
                target.tablePath(), layout, target.fence(), target.metering(), retention))
        .uid(uid + INDEX)
        .sinkTo(new UpsertSink(target))
        .name(uid)
        .uid(uid);
  }
}
