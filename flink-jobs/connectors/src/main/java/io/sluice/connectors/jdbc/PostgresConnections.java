package io.sluice.connectors.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.flink.connector.jdbc.datasource.connections.JdbcConnectionProvider;
import org.postgresql.Driver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to PostgreSQL for one writer. Connecting is tried again for a bounded time while
 * the server is away or starting; the first connection makes sure that the table is there. Errors
 * show neither URL nor password.
 */
final class PostgresConnections implements JdbcConnectionProvider {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(PostgresConnections.class);
  private static final int VALID_SECONDS = 5;
  private static final long PAUSE_MILLIS = 250;

  // Never serialized with content: the writer makes this object on the task manager.
  private final transient String url;
  private final transient ViewTable table;
  private final transient Duration retryFor;
  private final transient CountDownLatch stopped = new CountDownLatch(1);
  private transient Connection connection;

  PostgresConnections(String url, ViewTable table, Duration retryFor) {
    // With it the driver would fold a batch into one statement, which PostgreSQL refuses when a key
    // appears twice.
    this.url = url.replaceAll("(?i)reWriteBatchedInserts=true", "reWriteBatchedInserts=false");
    this.table = table;
    this.retryFor = retryFor;
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

  /** From now on a failed connection is not tried again. */
  void stopRetrying() {
    stopped.countDown();
  }

  @Override
  public Connection getConnection() {
    return connection;
  }

  @Override
  public boolean isConnectionValid() throws SQLException {
    return connection != null && connection.isValid(VALID_SECONDS);
  }

  @Override
  public Connection getOrEstablishConnection() throws SQLException {
    if (connection == null) {
      connection = connect();
      ensureTable();
    }
    return connection;
  }

  @Override
  public Connection reestablishConnection() throws SQLException {
    closeConnection();
    connection = connect();
    return connection;
  }

  @Override
  public void closeConnection() {
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException e) {
        LOG.info("closing the connection of table {}: {}", table.name(), e.getMessage());
      }
      connection = null;
    }
  }

  private Connection connect() throws SQLException {
    long deadline = System.nanoTime() + retryFor.toNanos();
    while (true) {
      try {
        Connection opened = new Driver().connect(url, settings());
        if (opened == null) {
          throw new SQLException(
              "table "
                  + table.name()
                  + ": the JDBC URL is not one of PostgreSQL; it must begin with"
                  + " jdbc:postgresql:// (not shown: it may hold a password)");
        }
        return opened;
      } catch (SQLException e) {
        if (!mayPass(e) || System.nanoTime() > deadline || pauseOrStop()) {
          throw new SQLException(
              "cannot connect to PostgreSQL for table " + table.name() + ": " + e.getMessage(),
              e.getSQLState());
        }
      }
    }
  }

  private static Properties settings() {
    Properties settings = new Properties();
    settings.setProperty("ApplicationName", "sluice");
    settings.setProperty("connectTimeout", "10");
    settings.setProperty("socketTimeout", "60");
    settings.setProperty("tcpKeepAlive", "true");
    return settings;
  }

  /** Connection refused or lost (08), starting or stopping (57), out of connections (53). */
  private static boolean mayPass(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    return state.startsWith("08") || state.startsWith("57") || state.startsWith("53");
  }

  private boolean pauseOrStop() throws SQLException {
    try {
      return stopped.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted while connecting to PostgreSQL", e);
    }
  }

  private void ensureTable() throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      // CREATE TABLE IF NOT EXISTS of two sessions at a time can fail: one after the other.
      statement.execute("SELECT pg_advisory_xact_lock(" + (0x5_1D1CEL << 32 | lockKey()) + ")");
      Set<String> existing = existingColumns();
      if (existing.isEmpty()) {
        statement.execute(table.createSql());
      } else {
        requireColumns(existing);
      }
      connection.commit();
    } catch (SQLException e) {
      connection.rollback();
      throw e;
    }
    connection.setAutoCommit(true);
  }

  private long lockKey() {
    return table.name().hashCode() & 0xFFFF_FFFFL;
  }

  private Set<String> existingColumns() throws SQLException {
    String sql =
        "SELECT column_name FROM information_schema.columns"
            + " WHERE table_schema = current_schema() AND table_name = ?";
    Set<String> columns = new HashSet<>();
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, table.name());
      try (ResultSet found = query.executeQuery()) {
        while (found.next()) {
          columns.add(found.getString(1));
        }
      }
    }
    return columns;
  }

  private void requireColumns(Set<String> existing) throws SQLException {
    List<String> missing = table.missingFrom(existing);
    if (!missing.isEmpty()) {
      throw new SQLException(
          "table "
              + table.name()
              + " exists in PostgreSQL but lacks the columns "
              + missing
              + "; add them, or drop the table so that the job creates it");
    }
  }
}
