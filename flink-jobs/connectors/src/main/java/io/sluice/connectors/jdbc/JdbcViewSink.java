package io.sluice.connectors.jdbc;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.util.function.SerializableSupplier;

/**
 * A gold view in PostgreSQL: one table row per key, inserted or replaced.
 *
 * <p>Guarantee: at least once writing of an idempotent upsert, so that the table ends with the rows
 * of a run without faults. A row carries in {@value #VERSION} how many events are folded into it; a
 * smaller version never overwrites a larger one, whatever the order of arrival. Rows are visible
 * after at most about {@value JdbcViewOperator#FLUSH_MILLIS} ms, before the checkpoint that holds
 * them; a checkpoint waits until all rows before it are written.
 *
 * <p>A row that PostgreSQL refuses for its content (see {@link Problem}) becomes a reject, in the
 * same checkpoint; the others are written. While the database is away the sink reconnects; after
 * the retry time the job fails.
 *
 * <p>The table is created when absent; an existing one gets the columns that it lacks, but must
 * have those of the key and a unique index over them, and no column of a type that would change or
 * refuse values of the view's. Null is a key like any other: a key with a column that can be null
 * is kept unique by {@code UNIQUE NULLS NOT DISTINCT}, which needs PostgreSQL 15. A table that has
 * such a column as {@code NOT NULL} stays as it is, and rows with null there are rejects.
 */
public final class JdbcViewSink {
  /** The column that holds the fence. */
  public static final String VERSION = "_version";

  /** How long the database may be away before the job fails. */
  public static final Duration DEFAULT_RETRY = Duration.ofSeconds(60);

  private final SerializableSupplier<String> url;
  private final ViewTable table;
  private final Duration retryFor;

  private JdbcViewSink(SerializableSupplier<String> url, ViewTable table, Duration retryFor) {
    this.url = url;
    this.table = table;
    this.retryFor = retryFor;
  }

  /** Makes a reject of a row that the database refuses. */
  @FunctionalInterface
  public interface Rejects extends Serializable {
    /**
     * @param rule {@code postgres:} and the SQLSTATE, or {@code postgres:value} for a value that
     *     has no form in PostgreSQL
     * @param reason what the database said
     */
    RowData of(RowData row, String rule, String reason);
  }

  /**
   * A sink that upserts rows by key.
   *
   * @param url gives the JDBC URL; called on the task manager only, for it may hold a password
   * @param table name of the table, in the schema that the connection looks in
   * @param rowType the rows; with a BIGINT column {@value #VERSION}. A column of type TIME holds an
   *     int of milliseconds, with a precision above 3 a long of microseconds
   * @param keyColumns columns of the key, in order
   * @throws IllegalArgumentException for a name or a type that PostgreSQL cannot have
   */
  public static JdbcViewSink upsert(
      SerializableSupplier<String> url, String table, RowType rowType, List<String> keyColumns) {
    return upsert(url, table, rowType, keyColumns, DEFAULT_RETRY);
  }

  /** A sink with an own time that the database may be away. */
  public static JdbcViewSink upsert(
      SerializableSupplier<String> url,
      String table,
      RowType rowType,
      List<String> keyColumns,
      Duration retryFor) {
    return new JdbcViewSink(url, new ViewTable(table, rowType, keyColumns), retryFor);
  }

  /**
   * The sink of a view that begins anew: a table that an earlier view of its name has left, which
   * has a column {@value #VERSION}, is dropped and created, once.
   *
   * @param firstVersion what the versions of the view begin behind; above all of the earlier ones
   */
  public JdbcViewSink beginningAt(long firstVersion) {
    return new JdbcViewSink(url, table.beginningAt(firstVersion), retryFor);
  }

  /**
   * Adds the sink to a job.
   *
   * @param uid constant and unique within the job
   * @param type of the rejects
   * @return the rejects
   */
  public DataStream<RowData> apply(
      DataStream<RowData> rows, String uid, TypeInformation<RowData> type, Rejects rejects) {
    return rows.transform(uid, type, operator(rejects)).uid(uid);
  }

  /**
   * Compares a table that is there already with the view, before a job starts. It is compared again
   * when the job writes; a server that does not answer now is not waited for.
   *
   * @param address the JDBC URL, as the task managers will see it
   * @throws IllegalStateException with what is wrong and the remedy, if the table cannot hold the
   *     rows as they are
   */
  public void checkTable(String address) {
    try (PostgresTable existing = new PostgresTable(address, table)) {
      existing.check();
    } finally {
      PostgresTable.forgetDriver();
    }
  }

  /** The operator alone, for tests. */
  JdbcViewOperator operator(Rejects rejects) {
    SerializableSupplier<String> address = url;
    ViewTable view = table;
    Duration retry = retryFor;
    return new JdbcViewOperator(
        view,
        refused -> new BatchWriter(new PostgresTable(address.get(), view), retry, refused),
        rejects);
  }
}
