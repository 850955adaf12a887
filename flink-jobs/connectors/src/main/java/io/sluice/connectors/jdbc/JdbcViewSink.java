package io.sluice.connectors.jdbc;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.jdbc.JdbcExecutionOptions;
import org.apache.flink.connector.jdbc.core.datastream.sink.JdbcSink;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * A gold view in PostgreSQL, written by Flink's JDBC connector: one table row per key, inserted or
 * replaced.
 *
 * <p>Guarantee: at least once writing of an idempotent upsert, so that the table ends with the rows
 * of a run without faults. A row carries in {@value #VERSION} how many events are folded into it; a
 * smaller version never overwrites a larger one, whatever the order of arrival. Rows are visible
 * after at most about {@value #FLUSH_MILLIS} ms, before the checkpoint that holds them; a
 * checkpoint waits until all rows before it are written.
 *
 * <p>The table is created when absent; an existing one must have all columns. While the database is
 * away the sink reconnects; after the retry time the job fails.
 */
public final class JdbcViewSink implements Sink<RowData> {
  private static final long serialVersionUID = 1L;

  /** The column that holds the fence. */
  public static final String VERSION = "_version";

  /** How long the database may be away before the job fails. */
  public static final Duration DEFAULT_RETRY = Duration.ofSeconds(60);

  static final long FLUSH_MILLIS = 200;
  private static final int FLUSH_ROWS = 1_000;
  private static final int FLUSH_RETRIES = 3;

  private final SerializableSupplier<String> url;
  private final ViewTable table;
  private final Duration retryFor;

  private JdbcViewSink(SerializableSupplier<String> url, ViewTable table, Duration retryFor) {
    this.url = url;
    this.table = table;
    this.retryFor = retryFor;
  }

  /**
   * A sink that upserts rows by key.
   *
   * @param url gives the JDBC URL; called on the task manager only, for it may hold a password
   * @param table name of the table, in the schema that the connection looks in
   * @param rowType the rows; with a BIGINT column {@value #VERSION}
   * @param keyColumns columns of the primary key, in order
   * @throws IllegalArgumentException for a name or a type that PostgreSQL cannot have
   */
  public static Sink<RowData> upsert(
      SerializableSupplier<String> url, String table, RowType rowType, List<String> keyColumns) {
    return upsert(url, table, rowType, keyColumns, DEFAULT_RETRY);
  }

  /** The same with an own time that the database may be away. */
  public static Sink<RowData> upsert(
      SerializableSupplier<String> url,
      String table,
      RowType rowType,
      List<String> keyColumns,
      Duration retryFor) {
    return new JdbcViewSink(url, new ViewTable(table, rowType, keyColumns), retryFor);
  }

  @Override
  public SinkWriter<RowData> createWriter(WriterInitContext context) throws IOException {
    // Java's list of drivers would keep the classes of every ended job in memory.
    context
        .getUserCodeClassLoader()
        .registerReleaseHookIfAbsent("postgresql-driver", PostgresConnections::forgetDriver);
    PostgresConnections connections = new PostgresConnections(url.get(), table, retryFor);
    JdbcSink<RowData> sink =
        JdbcSink.<RowData>builder()
            .withExecutionOptions(
                JdbcExecutionOptions.builder()
                    .withBatchIntervalMs(FLUSH_MILLIS)
                    .withBatchSize(FLUSH_ROWS)
                    .withMaxRetries(FLUSH_RETRIES)
                    .build())
            .withQueryStatement(table.upsertSql(), table.binder())
            .buildAtLeastOnce(connections);
    return new StoppingWriter(sink.createWriter(context), connections);
  }

  /** Ends the retries before it closes the writer, which flushes once more. */
  private record StoppingWriter(SinkWriter<RowData> writer, PostgresConnections connections)
      implements SinkWriter<RowData> {
    @Override
    public void write(RowData row, Context context) throws IOException, InterruptedException {
      writer.write(row, context);
    }

    @Override
    public void flush(boolean endOfInput) throws IOException, InterruptedException {
      writer.flush(endOfInput);
    }

    @Override
    public void close() throws Exception {
      connections.stopRetrying();
      writer.close();
    }
  }
}
