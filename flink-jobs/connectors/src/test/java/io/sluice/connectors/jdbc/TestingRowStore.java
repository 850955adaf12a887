package io.sluice.connectors.jdbc;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Keeps the first value of each row; refuses what it is told to. */
final class TestingRowStore implements RowStore {
  final List<Object> written = new ArrayList<>();
  boolean closed;
  private final Map<Object, String> refused = new HashMap<>();
  private final Deque<SQLException> failures = new ArrayDeque<>();

  /** Rows with this first value are refused, with this state. */
  void refuse(Object first, String state) {
    refused.put(first, state);
  }

  /** The next writes fail. */
  void failNext(SQLException... problems) {
    failures.addAll(List.of(problems));
  }

  @Override
  public void write(List<BoundRow> batch) throws SQLException {
    if (!failures.isEmpty()) {
      throw failures.poll();
    }
    for (BoundRow row : batch) {
      String state = refused.get(row.values()[0]);
      if (state != null) {
        throw new SQLException("refused", state);
      }
    }
    batch.forEach(row -> written.add(row.values()[0]));
  }

  @Override
  public void close() {
    closed = true;
  }
}
