package io.sluice.cli.platform;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.UUID;

/**
 * The ids of views in PostgreSQL, in the table {@value #TABLE}. An id counts only while the view
 * has its table: a database that is restored from a dump keeps both, an empty one has neither.
 */
final class ViewIds {
  static final String TABLE = "sluice_views";

  private static final String INSUFFICIENT_PRIVILEGE = "42501";
  private static final long LOCK = 0x5_1D1CEL << 32;

  private final Connection connection;

  ViewIds(Connection connection) {
    this.connection = connection;
  }

  /** The id of a view; empty when it has none, or no table. */
  Optional<String> of(String view) throws SQLException {
    return exists(TABLE) && exists(view) ? find(view) : Optional.empty();
  }

  /** Gives a view an id unless it has one; nothing when this user may not. */
  Optional<String> mark(String view) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      // CREATE TABLE IF NOT EXISTS of two sessions at a time can fail: one after the other.
      statement.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
      if (!exists(TABLE)) {
        statement.execute("CREATE TABLE " + TABLE + " (view text PRIMARY KEY, id text NOT NULL)");
      }
      if (!exists(view)) {
        update("DELETE FROM " + TABLE + " WHERE view = ?", view);
      }
      update(
          "INSERT INTO " + TABLE + " (view, id) VALUES (?, ?) ON CONFLICT (view) DO NOTHING",
          view,
          UUID.randomUUID().toString());
      Optional<String> id = find(view);
      connection.commit();
      return id;
    } catch (SQLException e) {
      connection.rollback();
      if (INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
        return Optional.empty();
      }
      throw e;
    } finally {
      connection.setAutoCommit(true);
    }
  }

  /**
   * Removes the id of a view that has no table any more; leaves it when this user may not: without
   * the table it does not count.
   */
  void forget(String view) throws SQLException {
    if (!exists(TABLE)) {
      return;
    }
    try {
      update("DELETE FROM " + TABLE + " WHERE view = ?", view);
    } catch (SQLException e) {
      if (!INSUFFICIENT_PRIVILEGE.equals(e.getSQLState())) {
        throw e;
      }
    }
  }

  private boolean exists(String table) throws SQLException {
    String quoted = '"' + table.replace("\"", "\"\"") + '"';
    return text("SELECT to_regclass(?)::text", quoted).isPresent();
  }

  private Optional<String> find(String view) throws SQLException {
    return text("SELECT id FROM " + TABLE + " WHERE view = ?", view);
  }

  private Optional<String> text(String sql, String parameter) throws SQLException {
    try (PreparedStatement query = connection.prepareStatement(sql)) {
      query.setString(1, parameter);
      try (ResultSet found = query.executeQuery()) {
        return found.next() ? Optional.ofNullable(found.getString(1)) : Optional.empty();
      }
    }
  }

  private void update(String sql, String... parameters) throws SQLException {
    try (PreparedStatement change = connection.prepareStatement(sql)) {
      for (int i = 0; i < parameters.length; i++) {
        change.setString(i + 1, parameters[i]);
      }
      change.executeUpdate();
    }
  }
}
