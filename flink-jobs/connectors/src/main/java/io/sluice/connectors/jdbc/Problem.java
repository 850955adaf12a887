package io.sluice.connectors.jdbc;

import java.sql.SQLException;
import java.util.List;
import java.util.Set;

/** What an error of PostgreSQL is about, as the class of its SQLSTATE tells. */
enum Problem {
  /** The server is away or busy: the same rows will go through later. */
  OUTAGE,
  /** A row that the table cannot hold: it will not go through later either. */
  CONTENT,
  /** The table, the rights or the address are wrong: nothing will go through. */
  DEFINITION;

  /**
   * Connection lost (08), resources (53), intervention of the operator (57), and a transaction that
   * another one stood in the way of (40): each of them passes.
   */
  private static final List<String> PASSING = List.of("08", "40", "53", "57");

  /** A server that is a standby after a failover; a lock that was not given in time. */
  private static final Set<String> PASSING_STATES = Set.of("25006", "55P03");

  /**
   * Data (22), constraints (23), triggers (27, and P0 when they raise an error), the check of an
   * updatable view (44), and limits, such as the size of a key in an index (54).
   */
  private static final List<String> ABOUT_ROWS = List.of("22", "23", "27", "44", "54", "P0");

  static Problem of(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    if (PASSING.stream().anyMatch(state::startsWith) || PASSING_STATES.contains(state)) {
      return OUTAGE;
    }
    return ABOUT_ROWS.stream().anyMatch(state::startsWith) ? CONTENT : DEFINITION;
  }

  /** What the server said, without the statement and its values, in one line. */
  static String sentence(SQLException e) {
    SQLException said = e.getNextException() == null ? e : e.getNextException();
    return String.valueOf(said.getMessage()).replaceAll("\\s+", " ");
  }
}
