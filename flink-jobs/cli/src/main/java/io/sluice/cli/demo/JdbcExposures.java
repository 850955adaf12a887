package io.sluice.cli.demo;

import io.sluice.cli.CommandFailure;
import io.sluice.cli.demo.ExpectedResults.Bucket;
import io.sluice.cli.demo.ExpectedResults.Exposure;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reads the view {@code exposure_by_book_1m} from PostgreSQL. */
final class JdbcExposures implements AutoCloseable {
  private static final String ALL =
      "SELECT book, currency, CAST(EXTRACT(EPOCH FROM window_start) * 1000 AS bigint),"
          + " gross_notional, net_quantity, trades FROM "
          + Names.EXPOSURE;

  private final Connection connection;

  JdbcExposures(String url) {
    try {
      connection = DriverManager.getConnection(url);
    } catch (SQLException e) {
      throw unreadable(e);
    }
  }

  /** The rows; the table's key keeps them apart. */
  SortedMap<Bucket, Exposure> exposures() {
    var rows = new TreeMap<Bucket, Exposure>();
    if (!exists()) {
      return rows;
    }
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(ALL)) {
      while (result.next()) {
        rows.put(
            new Bucket(result.getString(1), result.getString(2), result.getLong(3)),
            new Exposure(result.getBigDecimal(4), result.getLong(5), result.getLong(6)));
      }
    } catch (SQLException e) {
      throw unreadable(e);
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
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      result.next();
      return result.getLong(1);
    } catch (SQLException e) {
      throw unreadable(e);
    }
  }

  /** Removes the table of an earlier run. */
  void drop() {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS " + Names.EXPOSURE);
    } catch (SQLException e) {
      throw unreadable(e);
    }
  }

  private static CommandFailure unreadable(SQLException e) {
    return new CommandFailure(
        "PostgreSQL refused the demo (%s). 'sluice status' shows whether it runs."
            .formatted(e.getMessage()),
        e);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw unreadable(e);
    }
  }
}
