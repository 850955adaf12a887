package io.sluice.connectors.jdbc;

import java.sql.SQLException;
import java.util.List;

/** Where the rows of a view are written. */
interface RowStore extends AutoCloseable {
  /**
   * Writes all rows or none; connects first if there is no connection.
   *
   * @throws SQLException see {@link Problem} for what its state tells
   */
  void write(List<BoundRow> batch) throws SQLException;

  /** Throws nothing: a store that is broken is left. */
  @Override
  void close();
}
