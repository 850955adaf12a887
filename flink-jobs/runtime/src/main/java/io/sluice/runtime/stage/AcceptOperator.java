package io.sluice.runtime.stage;

import io.sluice.runtime.ledger.AccountedOffsets;
import io.sluice.runtime.silver.SilverLayout;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.RowData;

/** Counts the rows of a dataset without deduplication into silver. Stream rows in and out. */
public final class AcceptOperator extends AbstractStreamOperator<RowData>
    implements OneInputStreamOperator<RowData, RowData> {
  private static final long serialVersionUID = 1L;

  private final SilverLayout layout;
  private final AccountedOffsets accounted;
  private transient Stage stage;

  public AcceptOperator(SilverLayout layout, AccountedOffsets accounted) {
    this.layout = layout;
    this.accounted = accounted;
  }

  @Override
  public void open() throws Exception {
    super.open();
    stage = new Stage("accept", layout.dataset().name(), accounted, output, getMetricGroup());
  }

  @Override
  public void processElement(StreamRecord<RowData> element) {
    RowData row = element.getValue();
    if (stage.isNew(row.getInt(layout.partition()), row.getLong(layout.offset()))) {
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
}
