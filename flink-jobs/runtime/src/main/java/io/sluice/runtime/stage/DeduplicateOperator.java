package io.sluice.runtime.stage;

import io.sluice.runtime.ledger.AccountedOffsets;
import io.sluice.runtime.measure.StageMetric;
import io.sluice.runtime.silver.SilverLayout;
import java.time.Duration;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.StateTtlConfig;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.RowData;

/**
 * Lets the first record of a key pass and drops those that arrive within the retention behind it.
 * Keyed by the deduplication columns; stream rows in and out.
 *
 * <p>"Within" is measured in time of arrival, the Kafka timestamp, so a replay decides the same.
 * State is cleaned in time of arrival too: RocksDB drops a key when it compacts, once a record has
 * arrived twice the retention after the key was written. An outage of any length forgets nothing.
 */
public final class DeduplicateOperator extends AbstractStreamOperator<RowData>
    implements OneInputStreamOperator<RowData, RowData> {
  private static final long serialVersionUID = 1L;

  /** Entries that the background clean-up may look at before it asks for the time again. */
  private static final long CLEANUP_BATCH = 1_000;

  private static final String FIRST_ARRIVAL = "first-arrival";

  private final SilverLayout layout;
  private final long retainMillis;
  private final AccountedOffsets accounted;

  private transient ArrivalClock clock;
  private transient ValueState<Long> firstArrival;
  private transient boolean restored;
  private transient SeenKeys seen;
  private transient Stage stage;
  private transient Counter duplicates;

  public DeduplicateOperator(SilverLayout layout, Duration retain, AccountedOffsets accounted) {
    this.layout = layout;
    this.retainMillis = retain.toMillis();
    this.accounted = accounted;
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    clock = ArrivalClock.ofOperator();
    restored = context.isRestored();
    ValueStateDescriptor<Long> descriptor = new ValueStateDescriptor<>(FIRST_ARRIVAL, Types.LONG);
    descriptor.enableTimeToLive(
        StateTtlConfig.newBuilder(Duration.ofMillis(2 * retainMillis))
            .setUpdateType(StateTtlConfig.UpdateType.OnCreateAndWrite)
            .setStateVisibility(StateTtlConfig.StateVisibility.ReturnExpiredIfNotCleanedUp)
            .cleanupInRocksdbCompactFilter(CLEANUP_BATCH)
            .build());
    firstArrival = context.getKeyedStateStore().getState(descriptor);
  }

  @Override
  public void open() throws Exception {
    super.open();
    stage = new Stage("deduplicate", layout.dataset().name(), accounted, output, getMetricGroup());
    duplicates =
        StageMetric.DEDUP_DROPPED
            .in(getMetricGroup(), layout.dataset().name())
            .counter(StageMetric.DEDUP_DROPPED.text());
    seen = restored ? new SeenKeys(restoredKeys()) : new SeenKeys();
  }

  private Stream<RowData> restoredKeys() {
    return this.<RowData>getKeyedStateBackend().getKeys(FIRST_ARRIVAL, VoidNamespace.INSTANCE);
  }

  @Override
  public void processElement(StreamRecord<RowData> element) throws Exception {
    RowData row = element.getValue();
    long arrival = layout.arrivalMillis(row);
    clock.seen(arrival);
    RowData key = (RowData) getCurrentKey();
    Long first = seen.mayContain(key) ? firstArrival.value() : null;
    boolean counts = stage.isNew(row.getInt(layout.partition()), row.getLong(layout.offset()));
    if (first != null && arrival - first <= retainMillis) {
      duplicates.inc();
      if (counts) {
        stage.counts().duplicate();
      }
      return;
    }
    firstArrival.update(arrival);
    seen.add(key);
    if (counts) {
      stage.accept(layout, row);
    }
    output.collect(element);
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    stage.report();
  }

  @Override
  public void finish() {
    stage.report();
  }

  /** Reading of the restored keys ends before the state that it reads goes away. */
  @Override
  public void close() throws Exception {
    try {
      if (seen != null) {
        seen.close();
      }
    } finally {
      super.close();
    }
  }
}
