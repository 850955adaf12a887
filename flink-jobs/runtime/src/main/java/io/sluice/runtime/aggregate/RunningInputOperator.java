package io.sluice.runtime.aggregate;

import io.sluice.definition.Pipeline.EventTime;
import io.sluice.runtime.SilverLayout;
import org.apache.flink.api.common.operators.ProcessingTimeService.ProcessingTimeCallback;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.RowData;

/**
 * Gathers the events of a running view by key for a moment and sends one partial row per key.
 * Silver rows in, partial rows out (see {@link ViewLayout}).
 *
 * <p>The first event after a quiet moment goes at once, those behind it wait for at most {@value
 * #LIVE_PAUSE_MILLIS} ms. While a backlog is read, when events have waited in Kafka for longer than
 * {@value #BACKLOG_MILLIS} ms anyway, they wait for {@value #BACKLOG_PAUSE_MILLIS} ms.
 */
public final class RunningInputOperator extends AbstractStreamOperator<RowData>
    implements OneInputStreamOperator<RowData, RowData>, ProcessingTimeCallback {
  private static final long serialVersionUID = 1L;

  static final long LIVE_PAUSE_MILLIS = 1;
  static final long BACKLOG_PAUSE_MILLIS = 50;
  static final long BACKLOG_MILLIS = 1_000;

  private final ViewLayout layout;
  private final SilverLayout silver;
  private final ViewInput input;

  private transient Partials partials;
  private transient long flushedAt;
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
    partials = new Partials(layout, input, row -> output.collect(out.replace(row)));
    flushedAt = now() - BACKLOG_PAUSE_MILLIS;
  }

  @Override
  public void processElement(StreamRecord<RowData> element) {
    RowData row = element.getValue();
    partials.add(row, 0);
    if (timerSet) {
      return;
    }
    long now = now();
    long next = flushedAt + pause(now - silver.arrivalMillis(row));
    if (now >= next) {
      flush(now);
    } else {
      timerSet = true;
      getProcessingTimeService().registerTimer(next, this);
    }
  }

  private static long pause(long age) {
    return age > BACKLOG_MILLIS ? BACKLOG_PAUSE_MILLIS : LIVE_PAUSE_MILLIS;
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
  }

  @Override
  public void finish() {
    partials.flush();
  }
}
