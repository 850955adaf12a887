package io.sluice.runtime.aggregate;

import io.sluice.definition.model.Pipeline.EventTime;
import io.sluice.runtime.silver.SilverLayout;
import org.apache.flink.api.common.operators.ProcessingTimeService.ProcessingTimeCallback;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.RowData;

/**
 * The first phase of a running view. Silver rows in, partial rows out (see {@link ViewLayout}). An
 * event with an argument that cannot be computed is rejected for this view.
 *
 * <p>An event that has just arrived in Kafka goes on at once. While a backlog is read, when events
 * have waited there for longer than {@value #BACKLOG_MILLIS} ms, they are gathered by key for up to
 * {@value #PAUSE_MILLIS} ms, and one partial row goes on per key: what saves work then would cost
 * latency otherwise.
 */
public final class RunningInputOperator extends AbstractStreamOperator<RowData>
    implements OneInputStreamOperator<RowData, RowData>, ProcessingTimeCallback {
  private static final long serialVersionUID = 1L;

  static final long BACKLOG_MILLIS = 200;
  static final long PAUSE_MILLIS = 50;

  private final ViewLayout layout;
  private final SilverLayout silver;
  private final ViewInput input;

  private transient Partials partials;
  private transient ViewStage stage;
  private transient long flushedAt;

  /** Of the newest event; what is sent has it as its timestamp, from which latency is measured. */
  private transient long arrival;

  private transient boolean timerSet;

  public RunningInputOperator(ViewLayout layout, SilverLayout silver, EventTime eventTime) {
    this.layout = layout;
    this.silver = silver;
    this.input = new ViewInput(layout, silver, eventTime);
  }

  @Override
  public void open() throws Exception {
    super.open();
    input.open();
    StreamRecord<RowData> out = new StreamRecord<>(null);
    partials = new Partials(layout, input, row -> output.collect(out.replace(row, arrival)));
    stage =
        new ViewStage(layout.name(), silver.silverType(), layout.key(), output, getMetricGroup());
    flushedAt = now() - PAUSE_MILLIS;
  }

  @Override
  public void processElement(StreamRecord<RowData> element) {
    RowData row = element.getValue();
    stage.counts().taken();
    String failed = input.compute(row);
    if (failed != null) {
      stage.counts().rejected(1);
      stage.reject(row, failed, input.reason());
      return;
    }
    arrival = silver.arrivalMillis(row);
    partials.add(row, 0);
    long now = now();
    if (now - arrival <= BACKLOG_MILLIS || now >= flushedAt + PAUSE_MILLIS) {
      flush(now);
    } else if (!timerSet) {
      timerSet = true;
      getProcessingTimeService().registerTimer(flushedAt + PAUSE_MILLIS, this);
    }
  }

  @Override
  public void onProcessingTime(long time) {
    timerSet = false;
    flush(now());
  }

  private void flush(long now) {
    flushedAt = now;
    partials.flush();
  }

  private long now() {
    return getProcessingTimeService().getCurrentProcessingTime();
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) {
    partials.flush();
    stage.report();
  }

  @Override
  public void finish() {
    partials.flush();
    stage.report();
  }
}
