package io.sluice.delta.source;

import io.sluice.delta.schema.RefusedTableException;
import io.sluice.delta.storage.OpenReads;
import io.sluice.delta.storage.TableStorage;
import java.time.Clock;
import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.api.java.typeutils.ResultTypeQueryable;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.table.types.logical.RowType;

/**
 * Reads a Delta table as rows, each exactly once: a snapshot, which ends, or the appends from a
 * version on, which do not. The rows come in no particular order, except that a single reader sees
 * versions and their files one after the other.
 *
 * <p>A job that meets what it cannot read rightly fails with a {@link RefusedTableException}.
 */
@PublicEvolving
public final class DeltaSource
    implements Source<RowData, DeltaSplit, DeltaSourceState>, ResultTypeQueryable<RowData> {

  private static final long serialVersionUID = 1L;

  private final ReadPlan plan;

  DeltaSource(ReadPlan plan) {
    this.plan = plan;
  }

  /**
   * All rows of one version of a table; of the latest, unless another is chosen.
   *
   * @param tablePath an absolute path, a {@code file:} URI or {@code s3://bucket/key}
   */
  public static DeltaSnapshotBuilder snapshot(String tablePath) {
    return new DeltaSnapshotBuilder(TableStorage.of(tablePath));
  }

  /**
   * The rows that versions of a table append, from one version on, without end. A version that
   * deletes or changes rows fails the job; one that only packs them anew (OPTIMIZE) is passed over.
   *
   * @param tablePath an absolute path, a {@code file:} URI or {@code s3://bucket/key}
   */
  public static DeltaAppendsBuilder appends(String tablePath) {
    return new DeltaAppendsBuilder(TableStorage.of(tablePath));
  }

  /** The type of the rows: the columns in the order in which they were asked for. */
  public RowType rowType() {
    return plan.schema().rowType();
  }

  public ReadPlan plan() {
    return plan;
  }

  @Override
  public TypeInformation<RowData> getProducedType() {
    return InternalTypeInfo.of(rowType());
  }

  @Override
  public Boundedness getBoundedness() {
    return plan.continuous() ? Boundedness.CONTINUOUS_UNBOUNDED : Boundedness.BOUNDED;
  }

  @Override
  public SourceReader<RowData, DeltaSplit> createReader(SourceReaderContext context) {
    return new DeltaSourceReader(plan, context);
  }

  @Override
  public SplitEnumerator<DeltaSplit, DeltaSourceState> createEnumerator(
      SplitEnumeratorContext<DeltaSplit> context) {
    return restoreEnumerator(context, DeltaSourceState.NOTHING);
  }

  @Override
  public SplitEnumerator<DeltaSplit, DeltaSourceState> restoreEnumerator(
      SplitEnumeratorContext<DeltaSplit> context, DeltaSourceState state) {
    ReadRegistration registration =
        new ReadRegistration(new OpenReads(TableStorage.of(plan.table())), Clock.systemUTC());
    return new DeltaEnumerator(context, plan, registration, state);
  }

  @Override
  public SimpleVersionedSerializer<DeltaSplit> getSplitSerializer() {
    return new DeltaSplitSerializer();
  }

  @Override
  public SimpleVersionedSerializer<DeltaSourceState> getEnumeratorCheckpointSerializer() {
    return new DeltaSourceStateSerializer();
  }
}
