package io.sluice.runtime.aggregate;

import io.sluice.definition.Pipeline.EventTime;
import io.sluice.runtime.SilverLayout;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;

/** Projects silver rows to the input rows of a running view. */
public final class RunningInputOperator extends AbstractStreamOperator<RowData>
    implements OneInputStreamOperator<RowData, RowData> {
  private static final long serialVersionUID = 1L;

  private final ViewLayout layout;
  private final ViewInput input;
  private transient GenericRowData row;
  private transient StreamRecord<RowData> out;

  public RunningInputOperator(ViewLayout layout, SilverLayout silver, EventTime eventTime) {
    this.layout = layout;
    this.input = new ViewInput(layout, silver, eventTime);
  }

  @Override
  public void open() throws Exception {
    super.open();
    input.open();
    row = new GenericRowData(layout.inputType().getFieldCount());
    out = new StreamRecord<>(row);
  }

  @Override
  public void processElement(StreamRecord<RowData> element) {
    input.project(element.getValue(), row);
    output.collect(out);
  }
}
