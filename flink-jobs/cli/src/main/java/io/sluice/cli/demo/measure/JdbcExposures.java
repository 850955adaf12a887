package io.sluice.cli.demo.measure;

import io.sluice.cli.demo.trade.ExpectedResults.Bucket;
import io.sluice.cli.demo.trade.ExpectedResults.Exposure;
import io.sluice.cli.text.CommandFailure;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the view {@code exposure_by_book_1m} from PostgreSQL. */
public final class JdbcExposures implements AutoCloseable {
  private static final String ALL =
      "SELECT book, currency, CAST(EXTRACT(EPOCH FROM window_start) * 1000 AS bigint),"
          + " gross_notional, net_quantity, trades FROM "
          + Names.EXPOSURE;

  private final String url;
  private Connection connection;

  @FunctionalInterface
  private interface Query<T> {
    T on(Statement statement) throws SQLException;
  }

  /**
   * @param url of JDBC; the first query connects
   */
  public JdbcExposures(String url) {
    this.url = url;
  }

  /** The rows; the table's key keeps them apart. */
  SortedMap<Bucket, Exposure> exposures() {
    return exists() ? ask(JdbcExposures::rows) : new TreeMap<>();
  }

  private static SortedMap<Bucket, Exposure> rows(Statement statement) throws SQLException {
    var rows = new TreeMap<Bucket, Exposure>();
    try (ResultSet result = statement.executeQuery(ALL)) {
      while (result.next()) {
        rows.put(
            new Bucket(result.getString(1), result.getString(2), result.getLong(3)),
            new Exposure(result.getBigDecimal(4), result.getLong(5), result.getLong(6)));
      }
    }
    return rows;
  }

  /** The events in all rows together; 0 while there is no table. */
  long trades() {
    return exists() ? number("SELECT COALESCE(SUM(trades), 0) FROM " + Names.EXPOSURE) : 0;
  }

  private boolean exists() {
    return number("SELECT COUNT(to_regclass('" + Names.EXPOSURE + "'))") > 0;
  }

  private long number(String query) {
    return ask(
        statement -> {
          try (ResultSet result = statement.executeQuery(query)) {
            result.next();
            return result.getLong(1);
          }
        });
  }

  /** Removes the table of an earlier run. */
  public void drop() {
    ask(statement -> statement.execute("DROP TABLE IF EXISTS " + Names.EXPOSURE));
  }

  private <T> T ask(Query<T> query) {
    return Patience.ask(
        "PostgreSQL",
        () -> {
          try {
            if (connection == null) {
              connection = DriverManager.getConnection(url);
            }
            try (Statement statement = connection.createStatement()) {
              return query.on(statement);
            }
          } catch (SQLException e) {
            if (!isAway(e)) {
              throw new CommandFailure("PostgreSQL refused the demo: " + e.getMessage(), e);
            }
            // Its own end can only fail as the server's did.
            connection = null;
            throw new Patience.NotNow(e);
          }
        });
  }

  /** No connection (class 08), or a server that ends or starts (57P01 to 57P03). */
  private static boolean isAway(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("08") || state.startsWith("57P"));
  }

  @Override
  public void close() {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      throw new CommandFailure("The connection to PostgreSQL cannot be closed.", e);
    }
  }
}
