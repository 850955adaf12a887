package io.sluice.runtime.stage;

import io.sluice.definition.model.Pipeline.EventTime;
import io.sluice.runtime.ledger.AccountedOffsets;
import io.sluice.runtime.measure.StageMetric;
import io.sluice.runtime.row.RawRecord;
import io.sluice.runtime.silver.SilverLayout;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.api.common.operators.ProcessingTimeService.ProcessingTimeCallback;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.state.OperatorStateStore;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.operators.coordination.OperatorEvent;
import org.apache.flink.runtime.operators.coordination.OperatorEventGateway;
import org.apache.flink.runtime.operators.coordination.OperatorEventHandler;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

/**
 * Gives every record the watermark of its partition as it stood before the record, and emits the
 * watermark of its subtask (see {@link SubtaskProgress}) as Flink's. Working rows in, stream rows
 * out: the raw record has done its service here.
 *
 * <p>Whether an event is late is decided by the watermark that it carries, so a replay decides the
 * same whatever the order in which partitions are read. Only valid records advance event time: a
 * record whose event time is further ahead of its arrival than {@code maxAhead} becomes a reject of
 * rule {@code future:<field>}.
 *
 * <p>The operator never tells Flink that it is idle: Flink would then let the others go on, without
 * asking whether records are waiting here. A subtask without active partitions follows the others
 * instead.
 */
public final class EventTimeOperator extends AbstractStreamOperator<RowData>
    implements OneInputStreamOperator<RowData, RowData>,
        ProcessingTimeCallback,
        OperatorEventHandler {

  /** Kafka's first release: a timestamp before it is no time of arrival. */
  private static final long FIRST_ARRIVAL_MILLIS =
      Instant.parse("2011-01-01T00:00:00Z").toEpochMilli();

  private static final long DAY_MILLIS = 86_400_000L;

  /** Each subtask reports at most this often, times their number. */
  private static final long REPORT_MILLIS = 50;

  /** Between two looks at partitions that are all silent; a record ends the pause at once. */
  private static final long SILENT_MILLIS = 1_000;

  private static final ListStateDescriptor<Tuple2<String, Long>> PARTITION_EVENT_TIME =
      new ListStateDescriptor<>("partition-event-time", Types.TUPLE(Types.STRING, Types.LONG));

  private final SilverLayout layout;
  private final EventTime eventTime;
  private final int eventTimeIndex;
  private final int precision;
  private final long maxOutOfOrdernessMillis;
  private final long maxAheadMillis;
  private final AccountedOffsets accounted;
  private final Backlog backlog;
  private final long interval;
  private final OperatorEventGateway coordinator;

  private ListState<Tuple2<String, Long>> state;
  private Map<String, Long> restored;
  private SubtaskProgress progress;
  private Stage stage;
  private GenericRowData row;
  private StreamRecord<RowData> out;
  private String topic;
  private ScheduledFuture<?> timer;
  private long due;
  private boolean paused;
  private long emitted;
  private int subtask;
  private int parallelism;
  private Others.Report reported;
  private long reportedAt;

  /**
   * An operator.
   *
   * @param coordinator takes reports; there is one {@link EventTimeCoordinator} for all subtasks
   */
  EventTimeOperator(
      StreamOperatorParameters<RowData> parameters,
      SilverLayout layout,
      EventTime eventTime,
      AccountedOffsets accounted,
      Backlog backlog,
      Duration interval,
      OperatorEventGateway coordinator) {
    super(parameters);
    this.layout = layout;
    this.eventTime = eventTime;
    this.eventTimeIndex = layout.indexOf(eventTime.field());
    this.precision = LogicalTypeChecks.getPrecision(layout.silverType().getTypeAt(eventTimeIndex));
    this.maxOutOfOrdernessMillis = eventTime.maxOutOfOrderness().toMillis();
    this.maxAheadMillis = eventTime.maxAhead().toMillis();
    this.accounted = accounted;
    this.backlog = backlog;
    this.interval = Math.max(1, interval.toMillis());
    this.coordinator = coordinator;
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
    super.initializeState(context);
    state = context.getOperatorStateStore().getUnionListState(PARTITION_EVENT_TIME);
    restored = new HashMap<>();
    for (Tuple2<String, Long> entry : state.get()) {
      restored.merge(entry.f0, entry.f1, Math::max);
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    stage = new Stage("event-time", layout.dataset().name(), accounted, output, getMetricGroup());
    subtask = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    parallelism = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
    progress =
        new SubtaskProgress(
            eventTime.idleness().toMillis(),
            partitions -> backlog.ask(subtask, partitions),
            parallelism == 1,
            now());
    row = new GenericRowData(layout.streamType().getFieldCount());
    out = new StreamRecord<>(row);
    emitted = Long.MIN_VALUE;
    reportedAt = Long.MIN_VALUE;
    MetricGroup metrics = StageMetric.WATERMARK.in(getMetricGroup(), layout.dataset().name());
    metrics.gauge(StageMetric.WATERMARK.text(), (Gauge<Long>) () -> progress.watermark());
    metrics.gauge(StageMetric.HELD_BY.text(), (Gauge<Integer>) () -> progress.heldBy());
    lookAt(now() + interval);
  }

  private void lookAt(long time) {
    due = time;
    timer = getProcessingTimeService().registerTimer(time, this);
  }

  @Override
  public void processElement(StreamRecord<RowData> element) {
    resume();
    RowData working = element.getValue();
    RowData raw = layout.rawOf(working);
    PartitionProgress partition = partition(raw);
    if (RawRecord.isAnnouncement(raw)) {
      return;
    }
    long arrival = layout.arrivalMillis(working);
    boolean timed = !working.isNullAt(eventTimeIndex);
    long time = timed ? working.getTimestamp(eventTimeIndex, precision).getMillisecond() : arrival;
    if (timed && isAhead(time, arrival)) {
      reject(working, raw, time, arrival);
      return;
    }
    partition.active(now());
    for (int i = 0; i < layout.watermark(); i++) {
      row.setField(i, ((GenericRowData) working).getField(i));
    }
    row.setField(layout.watermark(), partition.watermark());
    if (timed) {
      partition.advance(time);
    }
    output.collect(out.replace(row, time));
  }

  private boolean isAhead(long time, long arrival) {
    if (arrival < FIRST_ARRIVAL_MILLIS || time <= arrival) {
      return false;
    }
    long ahead = time - arrival;
    return ahead > maxAheadMillis || ahead < 0;
  }

  private void reject(RowData working, RowData raw, long time, long arrival) {
    stage.reject(
        raw,
        working.getInt(layout.schemaId()),
        "future:" + eventTime.field(),
        "%s is %s, but the record arrived in Kafka at %s; an event may be at most %s ahead of its arrival (eventTime.maxAhead)"
            .formatted(
                eventTime.field(),
                Instant.ofEpochMilli(time),
                Instant.ofEpochMilli(arrival),
                text(eventTime.maxAhead())));
  }

  private static String text(Duration duration) {
    return duration.toMillis() % DAY_MILLIS == 0
        ? duration.toDays() + " d"
        : duration.toString().substring(2).toLowerCase(Locale.ROOT);
  }

  private PartitionProgress partition(RowData raw) {
    int number = raw.getInt(RawRecord.PARTITION);
    PartitionProgress partition = progress.partitions().get(number);
    if (partition == null) {
      topic = raw.getString(RawRecord.TOPIC).toString();
      long known = restored.getOrDefault(topic + "/" + number, Long.MIN_VALUE);
      partition = new PartitionProgress(maxOutOfOrdernessMillis, known, now());
      progress.partitions().put(number, partition);
    }
    return partition;
  }

  private long now() {
    return getProcessingTimeService().getCurrentProcessingTime();
  }

  @Override
  public void onProcessingTime(long time) {
    if (time != due) {
      // It was on its way when a record came and asked for an earlier look.
      return;
    }
    long watermark = progress.advance(time);
    if (watermark > emitted) {
      emitted = watermark;
      output.emitWatermark(new Watermark(watermark));
    }
    report(time);
    paused = interval < SILENT_MILLIS && progress.isStill(time);
    lookAt(time + (paused ? SILENT_MILLIS : interval));
  }

  private void resume() {
    if (paused) {
      paused = false;
      timer.cancel(false);
      lookAt(now() + interval);
    }
  }

  /** Tells the other subtasks what has changed; nothing changes in a pipeline without records. */
  private void report(long now) {
    if (parallelism == 1 || reported != null && now - reportedAt < REPORT_MILLIS * parallelism) {
      return;
    }
    Others.Report report = progress.report(now);
    if (!report.equals(reported)) {
      reported = report;
      reportedAt = now;
      coordinator.sendEventToCoordinator(report);
    }
  }

  @Override
  public void handleOperatorEvent(OperatorEvent event) {
    progress.others((Others) event);
    resume();
  }

  /** Upstream knows nothing of event time; only the end of all input passes. */
  @Override
  public void processWatermark(Watermark mark) throws Exception {
    if (mark.equals(Watermark.MAX_WATERMARK)) {
      emitted = mark.getTimestamp();
      output.emitWatermark(mark);
    }
  }

  @Override
  public void processWatermarkStatus(WatermarkStatus status) {
    // Silence is decided here, by partition.
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    stage.report();
  }

  @Override
  public void finish() {
    stage.report();
  }

  /**
   * What was restored is kept too, by one subtask: a checkpoint can come before the source has
   * announced all partitions.
   */
  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    state.clear();
    for (Map.Entry<Integer, PartitionProgress> entry : progress.partitions().entrySet()) {
      state.add(Tuple2.of(topic + "/" + entry.getKey(), entry.getValue().maxEventTime()));
    }
    if (subtask == 0) {
      for (Map.Entry<String, Long> entry : restored.entrySet()) {
        state.add(Tuple2.of(entry.getKey(), entry.getValue()));
      }
    }
  }
}
