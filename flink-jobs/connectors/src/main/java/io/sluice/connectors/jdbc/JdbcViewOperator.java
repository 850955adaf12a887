package io.sluice.connectors.jdbc;

import java.io.Serializable;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.flink.api.common.operators.ProcessingTimeService.ProcessingTimeCallback;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.runtime.typeutils.InternalTypeInfo;

/**
 * Writes rows in batches, at the latest {@value #FLUSH_MILLIS} ms after the first of a batch and
 * before each barrier; emits what the store refuses. So the rejects of a checkpoint are those of
 * its rows.
 */
final class JdbcViewOperator extends AbstractStreamOperator<RowData>
    implements OneInputStreamOperator<RowData, RowData>, ProcessingTimeCallback {
  private static final long serialVersionUID = 1L;

  static final long FLUSH_MILLIS = 200;
  static final int FLUSH_ROWS = 1_000;

  private final ViewTable table;
  private final Stores stores;
  private final JdbcViewSink.Rejects rejects;

  private transient BatchWriter writer;
  private transient List<BoundRow> batch;
  private transient boolean timerSet;
  private transient Function<RowData, RowData> kept;
  private transient Counter refused;

  /** Opens what the operator writes to, on the task manager. */
  @FunctionalInterface
  interface Stores extends Serializable {
    BatchWriter open(BiConsumer<BoundRow, SQLException> refused);
  }

  JdbcViewOperator(ViewTable table, Stores stores, JdbcViewSink.Rejects rejects) {
    this.table = table;
    this.stores = stores;
    this.rejects = rejects;
  }

  @Override
  public void open() throws Exception {
    super.open();
    // Java's list of drivers would keep the classes of every ended job in memory.
    getRuntimeContext()
        .registerUserCodeClassLoaderReleaseHookIfAbsent(
            "postgresql-driver", PostgresTable::forgetDriver);
    refused =
        getMetricGroup()
            .addGroup(JdbcMetric.LABEL, table.name())
            .counter(JdbcMetric.REFUSED.text());
    batch = new ArrayList<>(FLUSH_ROWS);
    TypeSerializer<RowData> serializer = InternalTypeInfo.of(table.copiedType()).toSerializer();
    kept = getExecutionConfig().isObjectReuseEnabled() ? serializer::copy : row -> row;
    writer = stores.open((row, problem) -> reject(row.row(), problem));
    writer.open();
  }

  @Override
  public void processElement(StreamRecord<RowData> element) throws Exception {
    RowData row = kept.apply(element.getValue());
    try {
      batch.add(new BoundRow(row, table.values(row)));
    } catch (DateTimeException e) {
      emit(row, "postgres:value", e.getMessage());
    }
    if (batch.size() >= FLUSH_ROWS) {
      flush();
    } else if (!timerSet) {
      timerSet = true;
      getProcessingTimeService()
          .registerTimer(
              getProcessingTimeService().getCurrentProcessingTime() + FLUSH_MILLIS, this);
    }
  }

  @Override
  public void onProcessingTime(long time) throws Exception {
    timerSet = false;
    flush();
  }

  private void flush() throws SQLException {
    if (!batch.isEmpty()) {
      writer.write(batch);
      batch.clear();
    }
  }

  private void reject(RowData row, SQLException problem) {
    emit(row, "postgres:" + problem.getSQLState(), table.named(Problem.sentence(problem)));
  }

  private void emit(RowData row, String rule, String reason) {
    refused.inc();
    output.collect(new StreamRecord<>(rejects.of(row, rule, reason)));
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    flush();
  }

  @Override
  public void finish() throws Exception {
    flush();
  }

  /** Writes nothing: rows that are not written yet come again after the checkpoint before them. */
  @Override
  public void close() throws Exception {
    if (writer != null) {
      writer.close();
    }
    super.close();
  }
}
