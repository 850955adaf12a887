package io.sluice.delta.source;

import io.sluice.delta.storage.TableStorage;
import java.util.Map;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.connector.base.source.reader.SingleThreadMultiplexSourceReaderBase;
import org.apache.flink.table.data.RowData;

/** Emits the rows of splits, and asks for the next split when it has none. */
final class DeltaSourceReader
    extends SingleThreadMultiplexSourceReaderBase<RowData, RowData, DeltaSplit, SplitProgress> {

  DeltaSourceReader(ReadPlan plan, SourceReaderContext context) {
    super(
        new DeltaFetchers(
            () -> new DeltaSplitReader(TableStorage.of(plan.table()), plan.schema()),
            context.getConfiguration()),
        (row, output, progress) -> {
          output.collect(row);
          progress.advance();
        },
        context.getConfiguration(),
        context);
  }

  @Override
  public void start() {
    if (getNumberOfCurrentlyAssignedSplits() == 0) {
      context.sendSplitRequest();
    }
  }

  @Override
  protected void onSplitFinished(Map<String, SplitProgress> finished) {
    // After a rescale it may hold several. The enumerator takes whoever asks for idle.
    if (getNumberOfCurrentlyAssignedSplits() == 0) {
      context.sendSplitRequest();
    }
  }

  @Override
  protected SplitProgress initializedState(DeltaSplit split) {
    return new SplitProgress(split);
  }

  @Override
  protected DeltaSplit toSplitType(String splitId, SplitProgress progress) {
    return progress.split();
  }
}
