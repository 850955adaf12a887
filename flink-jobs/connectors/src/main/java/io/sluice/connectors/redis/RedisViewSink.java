package io.sluice.connectors.redis;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * A serving view in Redis: one hash per key, named as {@link RedisViews#key} says, one field per
 * column (see {@link FieldText} for the text; a null column is an absent field).
 *
 * <p>Guarantee: <b>effectively once</b>. A row carries in {@value #VERSION} how many events are
 * folded into it; Redis itself drops a row whose version is not larger than the stored one. So a
 * replay never moves a value backwards, and after it the value is the one of a run without faults.
 * A row is visible within milliseconds, before the checkpoint that holds it. Rows of one key must
 * arrive in the order of their versions; rows in between may be skipped under load, the last one
 * never is.
 *
 * <p>A row whose key holds something else than a hash, or with a value larger than the server
 * reads, becomes a reject, in the same checkpoint.
 *
 * <p>A checkpoint waits until all rows before it are acknowledged. While Redis is away or full rows
 * wait (a bounded number, then the job is slowed down); after the retry time the job fails. What
 * Redis itself forgets, for example when it is restarted without persistence, comes back key by key
 * with the next row of each key.
 */
public final class RedisViewSink {
  /** The column, and field, that holds the fence. */
  public static final String VERSION = "_version";

  /** How long Redis may be away before the job fails. */
  public static final Duration DEFAULT_RETRY = Duration.ofSeconds(60);

  private final SerializableSupplier<String> uri;
  private final RowHashes hashes;
  private final Duration retryFor;
  private final long firstVersion;

  /** A sink that waits for Redis for {@link #DEFAULT_RETRY}. */
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
   * @param rowType the rows; with a BIGINT column {@value #VERSION}. A column of type TIME holds an
   *     int of milliseconds, with a precision above 3 a long of microseconds
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
    this(uri, new RowHashes(keyPrefix, view, rowType, keyColumns), retryFor, 0);
  }

  private RedisViewSink(
      SerializableSupplier<String> uri, RowHashes hashes, Duration retryFor, long firstVersion) {
    this.uri = uri;
    this.hashes = hashes;
    this.retryFor = retryFor;
    this.firstVersion = firstVersion;
  }

  /**
   * The sink of a view that begins anew: hashes that an earlier view of its name has left are
   * deleted before its first row.
   *
   * @param version what the versions of the view begin behind; above all of the earlier ones
   */
  public RedisViewSink beginningAt(long version) {
    return new RedisViewSink(uri, hashes, retryFor, version);
  }

  /** Makes a reject of a row that Redis refuses. */
  @FunctionalInterface
  public interface Rejects extends Serializable {
    /**
     * @param rule {@code redis:WRONGTYPE} or {@code redis:size}
     */
    RowData of(RowData row, String rule, String reason);
  }

  /**
   * Adds the sink to a job.
   *
   * @param rows objects that nobody changes once they were handed over
   * @param uid constant and unique within the job
   * @param type of the rejects
   * @return the rejects
   */
  public DataStream<RowData> apply(
      DataStream<RowData> rows, String uid, TypeInformation<RowData> type, Rejects rejects) {
    return rows.transform(uid, type, operator(rejects)).uid(uid);
  }

  /** The operator alone, for tests. */
  RedisViewOperator.Factory operator(Rejects rejects) {
    SerializableSupplier<String> address = uri;
    Duration retry = retryFor;
    return new RedisViewOperator.Factory(
        hashes, firstVersion, () -> new LettuceHashStore(address.get(), retry), rejects);
  }
}
