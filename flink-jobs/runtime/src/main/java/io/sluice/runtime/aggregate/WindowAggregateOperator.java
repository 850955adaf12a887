package io.sluice.runtime.aggregate;

import io.sluice.runtime.measure.StageMetric;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.InternalTimer;
import org.apache.flink.streaming.api.operators.InternalTimerService;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.Triggerable;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;
import org.apache.flink.util.OutputTag;

/**
 * A tumbling-window view. Keyed by the view's key; partial rows in, result rows out.
 *
 * <pre>
 *   watermark reaches the window's end      -> result on the main output
 *   event after that, within the lateness   -> the new result on the main output
 *   watermark passes end + lateness         -> the final result on the final output, once; state goes
 * </pre>
 *
 * <p>The main output suits stores that replace a row by a newer version; the final output suits
 * tables that only grow. A final result that does not fit its column is a reject.
 */
public final class WindowAggregateOperator extends AbstractStreamOperator<RowData>
    implements OneInputStreamOperator<RowData, RowData>,
        Triggerable<BinaryRowData, Long>,
        BufferCache.Store<WindowAggregateOperator.Group> {
  private static final long serialVersionUID = 1L;

  /** Windows on the heap; each takes some hundred bytes. */
  private static final int CACHED_WINDOWS = 20_000;

  /** One window of one key. */
  record Group(BinaryRowData key, long start) {}

  private static final long NO_CHECKPOINT = -1;
  private static final long NEVER = -2;

  private final ViewLayout layout;
  private final long reseedFrom;
  private final OutputTag<RowData> finals;

  private transient AggregateBuffer.Layout bufferLayout;
  private transient MapState<Long, RowData> state;
  private transient InternalTimerService<Long> timers;
  private transient BufferCache<Group> windows;
  private transient AggregateBuffer.StateFields savedState;
  private transient AggregateBuffer.StateFields partialState;
  private transient RowData.FieldGetter[] keyFields;
  private transient ViewStage stage;
  private transient long openWindows;
  private transient boolean reseeds;

  /** Restored ones that had a result: the watermark that gave it to them may not be back yet. */
  private transient Set<Group> closedBefore;

  public WindowAggregateOperator(ViewLayout layout) {
    this(layout, OptionalLong.empty());
  }

  /**
   * An operator.
   *
   * @param reseedFrom the checkpoint before whose restore the rows of all windows that were not
   *     final then were removed from the stores of the view: the result of every window that had
   *     one goes out first then
   */
  public WindowAggregateOperator(ViewLayout layout, OptionalLong reseedFrom) {
    this.layout = layout;
    this.reseedFrom = reseedFrom.orElse(NEVER);
    this.finals = finalOutput(layout);
  }

  /** The side output of final results. */
  public static OutputTag<RowData> finalOutput(ViewLayout layout) {
    return new OutputTag<>("final-" + layout.name(), InternalTypeInfo.of(layout.resultType()));
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    reseeds = context.getRestoredCheckpointId().orElse(NO_CHECKPOINT) == reseedFrom;
    bufferLayout = new AggregateBuffer.Layout(layout.aggregates());
    state =
        context
            .getKeyedStateStore()
            .getMapState(
                new MapStateDescriptor<>(
                    "windows", Types.LONG, InternalTypeInfo.of(bufferLayout.stateType())));
  }

  @Override
  public void open() throws Exception {
    super.open();
    timers = getInternalTimerService("windows", LongSerializer.INSTANCE, this);
    stage =
        new ViewStage(
            layout.name(), layout.resultType(), layout.identity(), output, getMetricGroup());
    windows = new BufferCache<>(CACHED_WINDOWS, this);
    savedState = bufferLayout.fieldsFrom(0);
    partialState = bufferLayout.fieldsFrom(layout.firstState());
    countRestored();
    StageMetric.OPEN_WINDOWS
        .in(getMetricGroup(), layout.name())
        .gauge(StageMetric.OPEN_WINDOWS.text(), (Gauge<Long>) () -> openWindows);
    keyFields = new RowData.FieldGetter[layout.keyArity()];
    for (int i = 0; i < keyFields.length; i++) {
      keyFields[i] = RowData.createFieldGetter(layout.keyType().getTypeAt(i), i);
    }
    if (reseeds) {
      reseed();
    }
  }

  /** Before any row, so that no checkpoint is complete without it. */
  private void reseed() throws Exception {
    for (Group group : closedBefore) {
      emit(group, load(group));
    }
  }

  @Override
  public void processElement(StreamRecord<RowData> element) throws Exception {
    RowData partial = element.getValue();
    long start = partial.getLong(layout.windowStartField());
    if (timers.currentWatermark() >= layout.finalAt(start)) {
      throw new IllegalStateException(
          "An event of window %d of view %s came after the window was final. It should have gone to the late table; please report this."
              .formatted(start, layout.name()));
    }
    Group group = new Group((BinaryRowData) getCurrentKey(), start);
    AggregateBuffer buffer = windows.get(group);
    if (buffer == null) {
      buffer = open(group);
    } else {
      windows.changed(group);
    }
    buffer.merge(partial, partialState);
    stage.counts().open(partial.getLong(partialState.version()));
    if (timers.currentWatermark() >= layout.closesAt(start) || closedBefore.contains(group)) {
      emit(group, buffer);
    }
  }

  /**
   * Counts the windows of the restored state, and their events, that will become final. A window
   * has two timers; the one that makes it final stays until then, the other until it is closed.
   */
  private void countRestored() throws Exception {
    closedBefore = new HashSet<>();
    Set<Group> open = new HashSet<>();
    timers.forEachEventTimeTimer(
        (start, time) -> {
          Group group = new Group(((BinaryRowData) getCurrentKey()).copy(), start);
          if (time == layout.closesAt(start)) {
            open.add(group);
          }
          RowData saved = time == layout.finalAt(start) ? state.get(start) : null;
          if (saved != null) {
            openWindows++;
            stage.counts().open(saved.getLong(savedState.version()));
            closedBefore.add(group);
          }
        });
    closedBefore.removeAll(open);
  }

  /** Timers first: making room in the cache may change the current key. */
  private AggregateBuffer open(Group group) throws Exception {
    setCurrentKey(group.key());
    timers.registerEventTimeTimer(group.start(), layout.closesAt(group.start()));
    timers.registerEventTimeTimer(group.start(), layout.finalAt(group.start()));
    AggregateBuffer buffer = new AggregateBuffer(bufferLayout);
    windows.add(group, buffer);
    openWindows++;
    return buffer;
  }

  @Override
  public void onEventTime(InternalTimer<BinaryRowData, Long> timer) throws Exception {
    Group group = new Group(timer.getKey(), timer.getNamespace());
    AggregateBuffer buffer = windows.get(group);
    if (timer.getTimestamp() == layout.closesAt(group.start())) {
      emit(group, buffer);
    }
    if (timer.getTimestamp() == layout.finalAt(group.start())) {
      emitFinal(group, buffer);
      windows.remove(group);
      closedBefore.remove(group);
      openWindows--;
      setCurrentKey(group.key());
      state.remove(group.start());
    }
  }

  @Override
  public void onProcessingTime(InternalTimer<BinaryRowData, Long> timer) {
    throw new IllegalStateException("View " + layout.name() + " uses event time only.");
  }

  private void emit(Group group, AggregateBuffer buffer) {
    GenericRowData result = identity(group);
    if (buffer.writeResult(result, layout.firstResult(), layout.start().firstVersion()).isEmpty()) {
      output.collect(new StreamRecord<>(result));
    }
  }

  /** The final result stands for the window: it is the one that is rejected if it does not fit. */
  private void emitFinal(Group group, AggregateBuffer buffer) {
    GenericRowData result = identity(group);
    stage.counts().open(-buffer.version());
    buffer
        .writeResult(result, layout.firstResult(), layout.start().firstVersion())
        .ifPresentOrElse(
            misfit -> {
              stage.counts().rejected(buffer.version());
              stage.reject(result, misfit.column(), misfit.reason());
            },
            () -> {
              stage.counts().counted(buffer.version());
              output.collect(finals, new StreamRecord<>(result));
            });
  }

  private GenericRowData identity(Group group) {
    GenericRowData result = new GenericRowData(layout.resultType().getFieldCount());
    for (int i = 0; i < keyFields.length; i++) {
      result.setField(i, keyFields[i].getFieldOrNull(group.key()));
    }
    result.setField(layout.keyArity(), TimestampData.fromEpochMillis(group.start()));
    result.setField(
        layout.keyArity() + 1, TimestampData.fromEpochMillis(layout.windowEnd(group.start())));
    return result;
  }

  @Override
  public AggregateBuffer load(Group group) throws Exception {
    setCurrentKey(group.key());
    RowData saved = state.get(group.start());
    if (saved == null) {
      return null;
    }
    AggregateBuffer buffer = new AggregateBuffer(bufferLayout);
    buffer.merge(saved, savedState);
    return buffer;
  }

  @Override
  public void save(Group group, AggregateBuffer buffer) throws Exception {
    setCurrentKey(group.key());
    state.put(group.start(), buffer.state());
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    windows.flush();
    stage.report();
  }

  @Override
  public void finish() {
    stage.report();
  }
}
