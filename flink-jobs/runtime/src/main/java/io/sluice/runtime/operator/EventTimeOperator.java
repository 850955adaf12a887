package io.sluice.runtime.operator;

import io.sluice.definition.Pipeline.EventTime;
import io.sluice.runtime.RawRecord;
import io.sluice.runtime.SilverLayout;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.flink.api.common.operators.ProcessingTimeService.ProcessingTimeCallback;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/**
 * Gives every record the watermark of its partition as it stood before the record, and emits the
 * lowest of all partitions as Flink's watermark. Working rows in, stream rows out: the raw record
 * has done its service here.
 *
 * <p>Whether an event is late is decided by the watermark that it carries, so a replay decides the
 * same whatever the order in which partitions are read. Only valid records advance event time.
 * Partitions that the source announced and that are silent hold the watermark back until they have
 * been idle for the configured time. While a backlog is read nothing counts as idle: a fetch of one
 * partition can then keep the operator busy longer than that, with records of the others waiting.
 */
public final class EventTimeOperator extends AbstractStreamOperator<RowData>
    implements OneInputStreamOperator<RowData, RowData>, ProcessingTimeCallback {
  private static final long serialVersionUID = 1L;

  private static final ListStateDescriptor<Tuple2<String, Long>> PARTITION_EVENT_TIME =
      new ListStateDescriptor<>("partition-event-time", Types.TUPLE(Types.STRING, Types.LONG));

  private final SilverLayout layout;
  private final int eventTimeIndex;
  private final int precision;
  private final long maxOutOfOrdernessMillis;
  private final long idlenessMillis;

  private transient ListState<Tuple2<String, Long>> state;
  private transient Map<String, Long> restored;
  private transient Map<Integer, PartitionProgress> partitions;
  private transient GenericRowData row;
  private transient StreamRecord<RowData> out;
  private transient String topic;
  private transient long interval;
  private transient long emitted;
  private transient boolean idle;
  private transient long openedAt;
  private transient long lastRecordAt;
  private transient long behindMillis;

  public EventTimeOperator(SilverLayout layout, EventTime eventTime) {
    this.layout = layout;
    this.eventTimeIndex = layout.indexOf(eventTime.field());
    this.precision = LogicalTypeChecks.getPrecision(layout.silverType().getTypeAt(eventTimeIndex));
    this.maxOutOfOrdernessMillis = eventTime.maxOutOfOrderness().toMillis();
    this.idlenessMillis = eventTime.idleness().toMillis();
  }

  /** The newest event time in the state, over all partitions; empty before the first event. */
  public static OptionalLong newestEventTime(OperatorStateStore restored) throws Exception {
    long newest = Long.MIN_VALUE;
    for (Tuple2<String, Long> entry : restored.getUnionListState(PARTITION_EVENT_TIME).get()) {
      newest = Math.max(newest, entry.f1);
    }
    return newest == Long.MIN_VALUE ? OptionalLong.empty() : OptionalLong.of(newest);
  }

  /** Union state: after a rescale any subtask may be assigned any partition. */
  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    state = context.getOperatorStateStore().getUnionListState(PARTITION_EVENT_TIME);
    restored = new HashMap<>();
    for (Tuple2<String, Long> entry : state.get()) {
      restored.merge(entry.f0, entry.f1, Math::max);
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    partitions = new HashMap<>();
    row = new GenericRowData(layout.streamType().getFieldCount());
    out = new StreamRecord<>(row);
    emitted = Long.MIN_VALUE;
    openedAt = now();
    lastRecordAt = openedAt;
    behindMillis = 0;
    interval = Math.max(1, getExecutionConfig().getAutoWatermarkInterval());
    getProcessingTimeService().registerTimer(now() + interval, this);
  }

  @Override
  public void processElement(StreamRecord<RowData> element) {
    RowData working = element.getValue();
    RowData raw = layout.rawOf(working);
    PartitionProgress progress = progress(raw);
    if (RawRecord.isAnnouncement(raw)) {
      return;
    }
    if (idle) {
      idle = false;
      output.emitWatermarkStatus(WatermarkStatus.ACTIVE);
    }
    lastRecordAt = now();
    behindMillis = lastRecordAt - layout.arrivalMillis(working);
    progress.active(lastRecordAt);
    for (int i = 0; i < layout.watermark(); i++) {
      row.setField(i, ((GenericRowData) working).getField(i));
    }
    row.setField(layout.watermark(), progress.watermark());
    if (!working.isNullAt(eventTimeIndex)) {
      long eventTime = working.getTimestamp(eventTimeIndex, precision).getMillisecond();
      progress.advance(eventTime);
      out.replace(row, eventTime);
    } else {
      out.replace(row, layout.arrivalMillis(working));
    }
    output.collect(out);
  }

  private PartitionProgress progress(RowData raw) {
    int partition = raw.getInt(RawRecord.PARTITION);
    PartitionProgress progress = partitions.get(partition);
    if (progress == null) {
      topic = raw.getString(RawRecord.TOPIC).toString();
      long known = restored.getOrDefault(topic + "/" + partition, Long.MIN_VALUE);
      progress = new PartitionProgress(maxOutOfOrdernessMillis, known, now());
      partitions.put(partition, progress);
    }
    return progress;
  }

  private long now() {
    return getProcessingTimeService().getCurrentProcessingTime();
  }

  @Override
  public void onProcessingTime(long time) {
    emitProgress(time);
    getProcessingTimeService().registerTimer(time + interval, this);
  }

  private void emitProgress(long now) {
    long lowest = Long.MAX_VALUE;
    boolean anyActive = false;
    for (PartitionProgress progress : partitions.values()) {
      if (!progress.idle(now, idlenessMillis) || catchesUp(now)) {
        anyActive = true;
        lowest = Math.min(lowest, progress.watermark());
      }
    }
    if (!anyActive) {
      becomeIdle(now);
    } else if (lowest > emitted) {
      emitted = lowest;
      output.emitWatermark(new Watermark(lowest));
    }
  }

  /** The newest record had waited in Kafka for long, and it is not long ago that it came. */
  private boolean catchesUp(long now) {
    return behindMillis >= idlenessMillis && now - lastRecordAt < idlenessMillis;
  }

  /** A subtask without partitions must not hold the others back for ever either. */
  private void becomeIdle(long now) {
    if (!idle && now - openedAt >= idlenessMillis) {
      idle = true;
      output.emitWatermarkStatus(WatermarkStatus.IDLE);
    }
  }

  /** Upstream knows nothing of event time; only the end of all input passes. */
  @Override
  public void processWatermark(Watermark mark) throws Exception {
    if (mark.equals(Watermark.MAX_WATERMARK)) {
      output.emitWatermark(mark);
    }
  }

  @Override
  public void processWatermarkStatus(WatermarkStatus status) {
    // Idleness is decided here, by partition.
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    state.clear();
    for (Map.Entry<Integer, PartitionProgress> entry : partitions.entrySet()) {
      state.add(Tuple2.of(topic + "/" + entry.getKey(), entry.getValue().maxEventTime()));
    }
  }
}
