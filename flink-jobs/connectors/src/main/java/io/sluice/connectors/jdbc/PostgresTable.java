package io.sluice.connectors.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import org.postgresql.Driver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A view's table through one connection, which is opened with the first write and again after it
 * was lost; each new one makes sure that the table is there. Errors show neither URL nor password.
 */
final class PostgresTable implements RowStore {
  private static final Logger LOG = LoggerFactory.getLogger(PostgresTable.class);

  /** The first version with {@code NULLS NOT DISTINCT}. */
  private static final int NULLS_NOT_DISTINCT = 15;

  private static final String NO_UNIQUE_INDEX = "42P10";

  private final String url;
  private final ViewTable table;
  private Connection connection;
  private PreparedStatement upsert;

  PostgresTable(String url, ViewTable table) {
    // With it the driver would fold a batch into one statement, which PostgreSQL refuses when a key
    // appears twice.
    this.url = url.replaceAll("(?i)reWriteBatchedInserts=true", "reWriteBatchedInserts=false");
    this.table = table;
  }

  /**
   * Takes the driver of a job's own class loader off the list that the whole process shares; one on
   * the process's class path stays, for others use it too.
   */
  static void forgetDriver() {
    boolean ownLoader = Driver.class.getClassLoader() != ClassLoader.getSystemClassLoader();
    try {
      if (ownLoader && Driver.isRegistered()) {
        Driver.deregister();
      }
    } catch (SQLException e) {
      LOG.warn("the PostgreSQL driver stays registered: {}", e.getMessage());
    }
  }

  @Override
  public void write(List<BoundRow> batch) throws SQLException {
    try {
      if (connection == null) {
        connect();
      }
      if (!batch.isEmpty()) {
        send(batch);
      }
    } catch (SQLException e) {
      leaveOrRollBack(e);
      throw explained(e);
    }
  }

  private void send(List<BoundRow> batch) throws SQLException {
    upsert.clearBatch();
    for (BoundRow row : batch) {
      table.bind(upsert, row.values());
      upsert.addBatch();
    }
    upsert.executeBatch();
    connection.commit();
  }

  /** After an outage the connection is not trusted, even if it looks well. */
  private void leaveOrRollBack(SQLException problem) {
    if (connection == null) {
      return;
    }
    if (Problem.of(problem) != Problem.OUTAGE) {
      try {
        connection.rollback();
        return;
      } catch (SQLException e) {
        problem.addSuppressed(e);
      }
    }
    close();
  }

  /** What the table itself is the reason of comes with the way out, and without any row. */
  private SQLException explained(SQLException e) {
    if (e.getSQLState() == null || Problem.of(e) != Problem.DEFINITION) {
      return e;
    }
    String remedy =
        NO_UNIQUE_INDEX.equals(e.getSQLState())
            ? "it needs a unique index over the view's key " + table.keys()
            : "compare its columns with the view";
    return new SQLException(
        "table "
            + table.name()
            + " in PostgreSQL cannot take the view's rows: "
            + table.named(Problem.sentence(e))
            + "; "
            + remedy
            + ", or "
            + table.makeAnew(),
        e.getSQLState());
  }

  /**
   * Compares a table that is there already with the view and changes nothing. A server that cannot
   * be asked is asked again by the job.
   *
   * @throws IllegalStateException if the table cannot hold the view's rows
   */
  void check() {
    try {
      open();
      Map<String, ExistingColumn> existing = existingColumns();
      if (!existing.isEmpty() && !isOfFormerView(existing)) {
        table
            .misfit(existing)
            .ifPresent(
                reason -> {
                  throw new IllegalStateException(reason);
                });
      }
    } catch (SQLException e) {
      LOG.info("table {} is compared when the job starts: {}", table.name(), e.getMessage());
    }
  }

  private void connect() throws SQLException {
    open();
    ensureTable();
    upsert = connection.prepareStatement(table.upsertSql());
  }

  private void open() throws SQLException {
    try {
      connection = new Driver().connect(PostgresUrl.require(url), settings());
    } catch (IllegalArgumentException e) {
      throw new SQLException("table " + table.name() + ": " + e.getMessage());
    } catch (SQLException e) {
      throw new SQLException(
          "cannot connect to PostgreSQL for table " + table.name() + ": " + e.getMessage(),
          e.getSQLState());
    }
    connection.setAutoCommit(false);
  }

  private static Properties settings() {
    Properties settings = new Properties();
    settings.setProperty("ApplicationName", "sluice");
    settings.setProperty("connectTimeout", "10");
    settings.setProperty("socketTimeout", "60");
    settings.setProperty("tcpKeepAlive", "true");
    return settings;
  }

  private void ensureTable() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // CREATE TABLE IF NOT EXISTS of two sessions at a time can fail: one after the other.
      statement.execute("SELECT pg_advisory_xact_lock(" + (0x5_1D1CEL << 32 | lockKey()) + ")");
      Map<String, ExistingColumn> existing = existingColumns();
      if (isOfFormerView(existing)) {
        statement.execute(table.dropSql());
        existing = Map.of();
      }
      if (existing.isEmpty()) {
        requireVersion();
        statement.execute(table.createSql());
        if (table.begins()) {
          statement.execute(table.markSql());
        }
      } else {
        requireFit(existing);
        addColumns(statement, existing.keySet());
      }
      connection.commit();
    }
  }

  /** A table without versions is somebody else's. */
  private boolean isOfFormerView(Map<String, ExistingColumn> existing) throws SQLException {
    return existing.containsKey(JdbcViewSink.VERSION)
        && table.begins()
        && !table.mark().equals(comment());
  }

  private void requireFit(Map<String, ExistingColumn> existing) throws SQLException {
    Optional<String> misfit = table.misfit(existing);
    if (misfit.isPresent()) {
      throw new SQLException(misfit.get());
    }
  }

  private long lockKey() {
    return table.name().hashCode() & 0xFFFF_FFFFL;
  }

  private Map<String, ExistingColumn> existingColumns() throws SQLException {
    String sql =
        "SELECT column_name,"
            + " CASE data_type WHEN 'USER-DEFINED' THEN udt_name ELSE data_type END,"
            + " numeric_precision, numeric_scale, datetime_precision"
            + " FROM information_schema.columns"
            + " WHERE table_schema = current_schema() AND table_name = ?";
    Map<String, ExistingColumn> columns = new HashMap<>();
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, table.name());
      try (ResultSet found = query.executeQuery()) {
        while (found.next()) {
          columns.put(
              found.getString(1),
              new ExistingColumn(
                  found.getString(2),
                  found.getObject(3, Integer.class),
                  found.getObject(4, Integer.class),
                  found.getObject(5, Integer.class)));
        }
      }
    }
    return columns;
  }

  private void requireVersion() throws SQLException {
    int version = connection.getMetaData().getDatabaseMajorVersion();
    if (table.nullableKey() && version < NULLS_NOT_DISTINCT) {
      throw new SQLException(
          "table "
              + table.name()
              + ": a column of the key "
              + table.keys()
              + " can be null, which needs PostgreSQL "
              + NULLS_NOT_DISTINCT
              + " or newer; the server has version "
              + version);
    }
  }

  private String comment() throws SQLException {
    String sql = "SELECT obj_description(to_regclass(?), 'pg_class')";
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, table.quotedName());
      try (ResultSet found = query.executeQuery()) {
        return found.next() ? found.getString(1) : null;
      }
    }
  }

  /** Old rows have null in columns that the table gets. */
  private void addColumns(Statement statement, Set<String> existing) throws SQLException {
    for (String column : table.missingFrom(existing)) {
      statement.execute(table.addColumnSql(column));
      LOG.info("table {}: added the column {}", table.name(), column);
    }
  }

  @Override
  public void close() {
    Connection left = connection;
    connection = null;
    upsert = null;
    if (left != null) {
      try {
        left.close();
      } catch (SQLException | RuntimeException e) {
        LOG.info("closing the connection of table {}: {}", table.name(), e.getMessage());
      }
    }
  }
}
