package io.sluice.connectors.kafka;

import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.SourceOutput;
import org.apache.flink.table.data.RowData;

/** Notes every record that a reader hands out. */
final class NotingOutput implements ReaderOutput<RowData> {
  private static final int PARTITION = 1;
  private static final int OFFSET = 2;

  private final ReaderOutput<RowData> delegate;
  private final ReaderPositions positions;

  NotingOutput(ReaderOutput<RowData> delegate, ReaderPositions positions) {
    this.delegate = delegate;
    this.positions = positions;
  }

  private void note(RowData row) {
    positions.handedOut(row.getInt(PARTITION), row.getLong(OFFSET));
  }

  @Override
  public void collect(RowData row) {
    delegate.collect(row);
    note(row);
  }

  @Override
  public void collect(RowData row, long timestamp) {
    delegate.collect(row, timestamp);
    note(row);
  }

  @Override
  public SourceOutput<RowData> createOutputForSplit(String splitId) {
    SourceOutput<RowData> ofSplit = delegate.createOutputForSplit(splitId);
    return new OfSplit(ofSplit);
  }

  private final class OfSplit implements SourceOutput<RowData> {
    private final SourceOutput<RowData> ofSplit;

    private OfSplit(SourceOutput<RowData> ofSplit) {
      this.ofSplit = ofSplit;
    }

    @Override
    public void collect(RowData row) {
      ofSplit.collect(row);
      note(row);
    }

    @Override
    public void collect(RowData row, long timestamp) {
      ofSplit.collect(row, timestamp);
      note(row);
    }

    @Override
    public void emitWatermark(Watermark watermark) {
      ofSplit.emitWatermark(watermark);
    }

    @Override
    public void markIdle() {
      ofSplit.markIdle();
    }

    @Override
    public void markActive() {
      ofSplit.markActive();
    }
  }

  @Override
  public void releaseOutputForSplit(String splitId) {
    delegate.releaseOutputForSplit(splitId);
  }

  @Override
  public void emitWatermark(Watermark watermark) {
    delegate.emitWatermark(watermark);
  }

  @Override
  public void markIdle() {
    delegate.markIdle();
  }

  @Override
  public void markActive() {
    delegate.markActive();
  }
}
