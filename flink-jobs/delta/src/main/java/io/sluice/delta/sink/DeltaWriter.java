package io.sluice.delta.sink;

import io.sluice.delta.commit.DeltaWriteResult;
import io.sluice.delta.commit.PositionRange;
import io.sluice.delta.commit.Retractions;
import io.sluice.delta.commit.TableMetric;
import io.sluice.delta.commit.WaitingRows;
import io.sluice.delta.live.Lineage;
import io.sluice.delta.log.DeltaFile;
import io.sluice.delta.storage.QuietClose;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.table.data.RowData;
import org.apache.flink.types.RowKind;

/**
 * Streams rows into Parquet files that stay invisible until their checkpoint is committed. Keeps no
 * reference to a row: callers reuse them.
 */
@Internal
public final class DeltaWriter implements CommittingSinkWriter<RowData, DeltaWriteResult> {

  private final EvolvingFiles files;
  private final Optional<FenceGuard> fence;
  private final WaitingRows waiting;
  private final Counter fenced;
  private final Counter filesWritten;
  private final Counter bytesWritten;

  /**
   * @param waiting of this writer
   * @param table the group of the table's metrics
   * @param metrics those that Flink gives each writer
   */
  public DeltaWriter(
      EvolvingFiles files,
      Optional<FenceGuard> fence,
      WaitingRows waiting,
      MetricGroup table,
      SinkWriterMetricGroup metrics) {
    this.files = files;
    this.fence = fence;
    this.waiting = waiting;
    fenced = table.counter(TableMetric.ROWS_FENCED.text());
    filesWritten = table.counter(TableMetric.FILES_WRITTEN.text());
    bytesWritten = metrics.getNumBytesSendCounter();
  }

  @Override
  public void write(RowData row, Context context) throws IOException {
    if (row.getRowKind() != RowKind.INSERT) {
      throw new IllegalArgumentException(
          "An append-only Delta sink got a row of kind "
              + row.getRowKind()
              + "; send inserts only or choose an upsert sink");
    }
    if (fence.isPresent() && !fence.get().admit(row)) {
      fenced.inc();
      return;
    }
    waiting.took(row);
    files.write(row);
  }

  @Override
  public void flush(boolean endOfInput) {
    // Everything is written when the checkpoint asks for it in prepareCommit.
  }

  @Override
  public Collection<DeltaWriteResult> prepareCommit() throws IOException {
    List<DeltaFile> finished = files.finishAll();
    waiting.ended();
    Map<String, PositionRange> positions = fence.map(FenceGuard::drain).orElse(Map.of());
    if (finished.isEmpty()) {
      return List.of();
    }
    filesWritten.inc(finished.size());
    finished.forEach(file -> bytesWritten.inc(file.size()));
    return List.of(
        new DeltaWriteResult(
            finished, positions, Retractions.NONE, Lineage.NO_INDEX, files.added()));
  }

  @Override
  public void close() {
    QuietClose.all("the writer of a Delta table", files);
  }
}
