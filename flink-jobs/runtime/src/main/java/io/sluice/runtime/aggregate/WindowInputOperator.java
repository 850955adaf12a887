package io.sluice.runtime.aggregate;

import io.sluice.definition.model.Pipeline.EventTime;
import io.sluice.runtime.ledger.ViewCounts;
import io.sluice.runtime.measure.StageMetric;
import io.sluice.runtime.silver.SilverLayout;
import java.util.List;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.util.OutputTag;

/**
 * Sends late events of a window view to the late output and gathers the others by key and window
 * until the watermark moves. Stream rows in, partial rows out (see {@link ViewLayout}). An event
 * with an argument that cannot be computed is rejected for this view.
 *
 * <p>A view that began on the state of a running pipeline leaves out the windows of which it could
 * not see all events.
 *
 * <p>An event is late when the watermark of its own partition, as it stood before the event, had
 * made its window final: a replay decides the same. The job's watermark is looked at as well, which
 * differs only when the event's partition had been idle so long that the others went on without it.
 * An event that passes here therefore always finds its window open downstream, whose watermark is
 * never ahead of this one. The job's watermark is kept in the state: a window that was final before
 * a restart stays so, those that were closed by a drain included.
 */
public final class WindowInputOperator extends AbstractStreamOperator<RowData>
    implements OneInputStreamOperator<RowData, RowData> {
  private static final long serialVersionUID = 1L;

  private final ViewLayout layout;
  private final SilverLayout silver;
  private final ViewInput input;
  private final OutputTag<RowData> late;

  private transient Partials partials;
  private transient ViewStage stage;
  private transient RowData.FieldGetter[] columns;
  private transient RowData.FieldGetter newColumns;
  private transient Counter lateEvents;
  private transient Counter leftOut;
  private transient ListState<Long> state;
  private transient long watermark;
  private transient long furthestWindow;

  public WindowInputOperator(ViewLayout layout, SilverLayout silver, EventTime eventTime) {
    this.layout = layout;
    this.silver = silver;
    this.input = new ViewInput(layout, silver, eventTime);
    this.late = lateOutput(layout);
  }

  /** The side output of late events. */
  public static OutputTag<RowData> lateOutput(ViewLayout layout) {
    return new OutputTag<>("late-" + layout.name(), InternalTypeInfo.of(layout.lateRowType()));
  }

  /** Union state: the watermark is the same in all subtasks, whose number may change. */
  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    state =
        context
            .getOperatorStateStore()
            .getUnionListState(new ListStateDescriptor<>("final-until", Types.LONG));
    watermark = Long.MIN_VALUE;
    for (long restored : state.get()) {
      watermark = Math.max(watermark, restored);
    }
    furthestWindow = watermark;
  }

  @Override
  public void open() throws Exception {
    super.open();
    input.open();
    StreamRecord<RowData> out = new StreamRecord<>(null);
    partials = new Partials(layout, input, row -> output.collect(out.replace(row)));
    columns = new RowData.FieldGetter[silver.silverType().getFieldCount()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = RowData.createFieldGetter(silver.silverType().getTypeAt(i), i);
    }
    newColumns =
        RowData.createFieldGetter(
            silver.streamType().getTypeAt(silver.newColumns()), silver.newColumns());
    stage =
        new ViewStage(layout.name(), silver.silverType(), layout.key(), output, getMetricGroup());
    MetricGroup metrics = StageMetric.LATE.in(getMetricGroup(), layout.name());
    lateEvents = metrics.counter(StageMetric.LATE.text());
    leftOut = metrics.counter(StageMetric.LEFT_OUT.text());
  }

  @Override
  public void processElement(StreamRecord<RowData> element) {
    RowData silverRow = element.getValue();
    ViewCounts counts = stage.counts();
    counts.taken();
    if (!input.hasEventTime(silverRow)) {
      counts.leftOut(1);
      return;
    }
    long start = layout.windowStart(input.eventTimeMillis(silverRow));
    if (start < layout.start().since()) {
      leftOut.inc();
      counts.leftOut(1);
      return;
    }
    long finalAt = layout.finalAt(start);
    if (finalAt <= Math.max(silverRow.getLong(silver.watermark()), watermark)) {
      lateEvents.inc();
      counts.late();
      output.collect(late, new StreamRecord<>(lateRow(silverRow, start)));
      return;
    }
    String failed = input.compute(silverRow);
    if (failed != null) {
      counts.rejected(1);
      stage.reject(silverRow, failed, input.reason());
      return;
    }
    furthestWindow = Math.max(furthestWindow, finalAt);
    partials.add(silverRow, start);
  }

  private RowData lateRow(RowData silverRow, long start) {
    GenericRowData lateRow = new GenericRowData(layout.lateRowType().getFieldCount());
    for (int i = 0; i < columns.length; i++) {
      lateRow.setField(i, columns[i].getFieldOrNull(silverRow));
    }
    lateRow.setField(columns.length, TimestampData.fromEpochMillis(start));
    lateRow.setField(columns.length + 1, TimestampData.fromEpochMillis(layout.windowEnd(start)));
    lateRow.setField(columns.length + 2, newColumns.getFieldOrNull(silverRow));
    return lateRow;
  }

  @Override
  public void processWatermark(Watermark mark) throws Exception {
    partials.flush();
    watermark = Math.max(watermark, finalUntil(mark));
    super.processWatermark(mark);
  }

  /** The end of all input makes the windows final that there are, not those still to come. */
  private long finalUntil(Watermark mark) {
    return mark.equals(Watermark.MAX_WATERMARK) ? furthestWindow : mark.getTimestamp();
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    partials.flush();
    stage.report();
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    state.update(List.of(watermark));
  }

  @Override
  public void finish() {
    partials.flush();
    stage.report();
  }
}
