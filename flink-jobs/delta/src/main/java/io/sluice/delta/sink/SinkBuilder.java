package io.sluice.delta.sink;

import io.sluice.delta.commit.Fence;
import io.sluice.delta.commit.Metering;
import io.sluice.delta.schema.SchemaChanges;
import io.sluice.delta.schema.SchemaPolicy;
import io.sluice.delta.schema.TableLayout;
import io.sluice.delta.schema.UpsertKey;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.table.types.logical.RowType;

/**
 * Collects what an append and an upsert have in common.
 *
 * @param <B> the builder itself
 */
@PublicEvolving
public abstract class SinkBuilder<B extends SinkBuilder<B>> {

  /** Bytes of a full file unless set. */
  public static final long DEFAULT_FILE_SIZE = 128L << 20;

  private final String sinkId;
  private final String tablePath;
  private final RowType rowType;
  private List<String> partitionColumns = List.of();
  private long targetFileSize = DEFAULT_FILE_SIZE;
  private Fence fence;
  private SchemaChanges changes = SchemaChanges.of(SchemaPolicy.EVOLVE);
  private boolean compacted = true;
  private String metricsTable;
  private String arrivalColumn;

  protected SinkBuilder(String sinkId, String tablePath, RowType rowType) {
    this.sinkId = Objects.requireNonNull(sinkId, "sinkId");
    this.tablePath = Objects.requireNonNull(tablePath, "tablePath");
    this.rowType = Objects.requireNonNull(rowType, "rowType");
    this.metricsTable = sinkId;
  }

  /** This builder. */
  protected abstract B self();

  /**
   * Partition columns, outermost directory first. Partition columns that are part of an upsert's
   * key make looking up rows of other writers cheaper.
   */
  public B partitionBy(List<String> columns) {
    partitionColumns = List.copyOf(columns);
    return self();
  }

  /** Skips rows that the table has seen already after a replay. */
  public B fence(Fence rowFence) {
    fence = Objects.requireNonNull(rowFence, "fence");
    return self();
  }

  /**
   * Size at which a file is ended and the next begun; a checkpoint ends all files whatever their
   * size.
   *
   * @param bytes positive; 128 MB if not set
   */
  public B targetFileSize(long bytes) {
    targetFileSize = bytes;
    return self();
  }

  /** What happens to columns that the table lacks; {@link SchemaPolicy#EVOLVE} if not set. */
  public B schemaChanges(SchemaPolicy policy) {
    changes = changes.with(policy);
    return self();
  }

  /**
   * Takes columns that a row brings along beyond those of the sink.
   *
   * @param rows the type of the rows, which begin with the sink's columns
   * @param column a nullable {@code ROW<type STRING, row BYTES>}: a serialisable Flink row type of
   *     nullable columns, and a binary row of it; null when there is nothing new
   * @throws IllegalArgumentException if the rows have no such field
   */
  public B newColumns(RowType rows, String column) {
    changes = changes.with(rowType, rows, column);
    return self();
  }

  /**
   * Whether small files are packed in the background, between commits; they are if not set. A table
   * that others maintain may do without.
   */
  public B compacted(boolean inBackground) {
    compacted = inBackground;
    return self();
  }

  /** What the label {@code table} of the sink's metrics says; its id if not set. */
  public B metricsTable(String name) {
    metricsTable = Objects.requireNonNull(name, "name");
    return self();
  }

  /**
   * From what the metric of the table's freshness counts; from when the sink takes a row if not
   * set.
   *
   * @param column a timestamp
   */
  public B arrivalColumn(String column) {
    arrivalColumn = Objects.requireNonNull(column, "column");
    return self();
  }

  /**
   * The layout of the table.
   *
   * @param key null for a table that is only appended to
   * @throws IllegalArgumentException if a column or type does not fit
   */
  protected TableLayout layout(UpsertKey key) {
    return new TableLayout(
        rowType, partitionColumns, targetFileSize, key, compacted, changes, Map.of());
  }

  /**
   * @throws IllegalArgumentException if the path is not local and absolute, or the fence does not
   *     fit the columns
   */
  protected SinkTarget target(TableLayout layout) {
    return new SinkTarget(
        sinkId, tablePath, layout, fence, new Metering(metricsTable, arrivalColumn));
  }
}
