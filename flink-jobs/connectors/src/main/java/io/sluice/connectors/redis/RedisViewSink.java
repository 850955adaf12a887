package io.sluice.connectors.redis;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * A serving view in Redis: one hash per key, {@code <prefix><view>:<key parts joined by ':'>}, one
 * field per column (see {@link FieldText} for the text; a null column is an absent field).
 *
 * <p>Guarantee: <b>effectively once</b>. A row carries in {@value #VERSION} how many events are
 * folded into it; Redis itself drops a row whose version is not larger than the stored one. So a
 * replay never moves a value backwards, and after it the value is the one of a run without faults.
 * A row is visible within milliseconds, before the checkpoint that holds it. Rows of one key must
 * arrive in the order of their versions; rows in between may be skipped under load, the last one
 * never is.
 *
 * <p>A checkpoint waits until all rows before it are acknowledged. While Redis is away rows wait (a
 * bounded number, then the job is slowed down); after the retry time the job fails. What Redis
 * itself forgets, for example when it is restarted without persistence, comes back key by key with
 * the next row of each key.
 */
public final class RedisViewSink implements Sink<RowData> {
  private static final long serialVersionUID = 1L;

  /** The column, and field, that holds the fence. */
  public static final String VERSION = "_version";

  /** How long Redis may be away before the job fails. */
  public static final Duration DEFAULT_RETRY = Duration.ofSeconds(60);

  private final SerializableSupplier<String> uri;
  private final RowHashes hashes;
  private final Duration retryFor;

  /** See {@link #RedisViewSink(SerializableSupplier, String, String, RowType, List, Duration)}. */
  public RedisViewSink(
      SerializableSupplier<String> uri,
      String keyPrefix,
      String view,
      RowType rowType,
      List<String> keyColumns) {
    this(uri, keyPrefix, view, rowType, keyColumns, DEFAULT_RETRY);
  }

  /**
   * @param uri gives the Redis URI; called on the task manager only, for it may hold a password
   * @param keyPrefix begins every key, such as {@code sluice:}
   * @param view name of the view
   * @param rowType the rows; with a BIGINT column {@value #VERSION}
   * @param keyColumns columns that make the key, in order
   * @param retryFor how long Redis may be away before the job fails
   */
  public RedisViewSink(
      SerializableSupplier<String> uri,
      String keyPrefix,
      String view,
      RowType rowType,
      List<String> keyColumns,
      Duration retryFor) {
    this.uri = uri;
    this.hashes = new RowHashes(keyPrefix, view, rowType, keyColumns);
    this.retryFor = retryFor;
  }

  @Override
  public SinkWriter<RowData> createWriter(WriterInitContext context) throws IOException {
    try {
      return new RedisViewWriter(
          hashes,
          new LettuceHashStore(uri.get(), retryFor),
          context.getMailboxExecutor(),
          context.metricGroup());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while connecting to Redis", e);
    }
  }
}
