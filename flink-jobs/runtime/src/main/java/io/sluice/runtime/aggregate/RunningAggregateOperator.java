package io.sluice.runtime.aggregate;

import java.util.Iterator;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;

/**
 * A running view: what comes is folded into its group and the group's new value goes out at once.
 * Keyed by the view's key; partial rows in, result rows out (see {@link ViewLayout}). A value that
 * does not fit its column is a reject; the group goes on, and its next value may fit again.
 */
public final class RunningAggregateOperator extends AbstractStreamOperator<RowData>
    implements OneInputStreamOperator<RowData, RowData>, BufferCache.Store<BinaryRowData> {
  private static final long serialVersionUID = 1L;

  /** Groups on the heap; each takes some hundred bytes. */
  private static final int CACHED_GROUPS = 20_000;

  private static final long NO_CHECKPOINT = -1;
  private static final long NEVER = -2;
  private static final String STATE = "aggregates";

  private final ViewLayout layout;
  private final long reseedFrom;

  private transient AggregateBuffer.Layout bufferLayout;
  private transient ValueState<RowData> state;
  private transient BufferCache<BinaryRowData> groups;
  private transient AggregateBuffer.StateFields savedState;
  private transient AggregateBuffer.StateFields partialState;
  private transient RowData.FieldGetter[] keyFields;
  private transient ViewStage stage;
  private transient boolean reseeds;

  public RunningAggregateOperator(ViewLayout layout) {
    this(layout, OptionalLong.empty());
  }

  /**
   * An operator.
   *
   * @param reseedFrom the checkpoint before whose restore the stores of the view were emptied:
   *     every group's value goes out first then
   */
  public RunningAggregateOperator(ViewLayout layout, OptionalLong reseedFrom) {
    this.layout = layout;
    this.reseedFrom = reseedFrom.orElse(NEVER);
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    reseeds = context.getRestoredCheckpointId().orElse(NO_CHECKPOINT) == reseedFrom;
    bufferLayout = new AggregateBuffer.Layout(layout.aggregates());
    state =
        context
            .getKeyedStateStore()
            .getState(
                new ValueStateDescriptor<>(STATE, InternalTypeInfo.of(bufferLayout.stateType())));
  }

  @Override
  public void open() throws Exception {
    super.open();
    stage =
        new ViewStage(
            layout.name(), layout.resultType(), layout.identity(), output, getMetricGroup());
    groups = new BufferCache<>(CACHED_GROUPS, this);
    savedState = bufferLayout.fieldsFrom(0);
    partialState = bufferLayout.fieldsFrom(layout.firstState());
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
    try (Stream<BinaryRowData> keys =
        this.<BinaryRowData>getKeyedStateBackend().getKeys(STATE, VoidNamespace.INSTANCE)) {
      Iterator<BinaryRowData> all = keys.iterator();
      while (all.hasNext()) {
        BinaryRowData group = all.next();
        GenericRowData result = new GenericRowData(layout.resultType().getFieldCount());
        // A value that does not fit was rejected when it came to be.
        if (misfit(group, load(group), result).isEmpty()) {
          output.collect(new StreamRecord<>(result));
        }
      }
    }
  }

  @Override
  public void processElement(StreamRecord<RowData> element) throws Exception {
    BinaryRowData group = (BinaryRowData) getCurrentKey();
    AggregateBuffer buffer = groups.get(group);
    if (buffer == null) {
      buffer = new AggregateBuffer(bufferLayout);
      groups.add(group, buffer);
    } else {
      groups.changed(group);
    }
    RowData partial = element.getValue();
    buffer.merge(partial, partialState);
    stage.counts().counted(partial.getLong(layout.firstState()));
    GenericRowData result = new GenericRowData(layout.resultType().getFieldCount());
    misfit(group, buffer, result)
        .ifPresentOrElse(
            misfit -> stage.reject(result, misfit.column(), misfit.reason()),
            () -> output.collect(element.copy(result)));
  }

  private Optional<AggregateBuffer.Misfit> misfit(
      BinaryRowData group, AggregateBuffer buffer, GenericRowData result) {
    for (int i = 0; i < keyFields.length; i++) {
      result.setField(i, keyFields[i].getFieldOrNull(group));
    }
    return buffer.writeResult(result, layout.firstResult(), layout.start().firstVersion());
  }

  @Override
  public AggregateBuffer load(BinaryRowData group) throws Exception {
    setCurrentKey(group);
    RowData saved = state.value();
    if (saved == null) {
      return null;
    }
    AggregateBuffer buffer = new AggregateBuffer(bufferLayout);
    buffer.merge(saved, savedState);
    return buffer;
  }

  @Override
  public void save(BinaryRowData group, AggregateBuffer buffer) throws Exception {
    setCurrentKey(group);
    state.update(buffer.state());
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    groups.flush();
    stage.report();
  }

  @Override
  public void finish() {
    stage.report();
  }
}
