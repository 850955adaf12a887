package io.sluice.connectors.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes batches. An outage is waited for, within a bounded time. A batch that the store refuses
 * for its content is halved until the rows that it refuses are found; the others are written.
 */
final class BatchWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BatchWriter.class);
  private static final long PAUSE_MILLIS = 250;

  private final RowStore store;
  private final Duration retryFor;
  private final BiConsumer<BoundRow, SQLException> refused;

  /**
   * @param retryFor how long an outage may last
   * @param refused told of each row that the store refuses for its content
   */
  BatchWriter(RowStore store, Duration retryFor, BiConsumer<BoundRow, SQLException> refused) {
    this.store = store;
    this.retryFor = retryFor;
    this.refused = refused;
  }

  /** Makes sure that the store can be reached. */
  void open() throws SQLException {
    attempt(List.of());
  }

  /**
   * Writes the rows in their order. Two of one key may be in a batch: the store keeps the newer.
   *
   * @throws SQLException when an outage lasts too long, or the table does not fit
   */
  void write(List<BoundRow> batch) throws SQLException {
    try {
      attempt(batch);
    } catch (SQLException e) {
      if (Problem.of(e) != Problem.CONTENT) {
        throw e;
      } else if (batch.size() == 1) {
        refused.accept(batch.get(0), e);
      } else {
        int half = batch.size() / 2;
        write(batch.subList(0, half));
        write(batch.subList(half, batch.size()));
      }
    }
  }

  private void attempt(List<BoundRow> batch) throws SQLException {
    long deadline = System.nanoTime() + retryFor.toNanos();
    while (true) {
      try {
        store.write(batch);
        return;
      } catch (SQLException e) {
        if (Problem.of(e) != Problem.OUTAGE || System.nanoTime() > deadline) {
          throw e;
        }
        LOG.info("PostgreSQL does not take rows now; trying again: {}", e.getMessage());
        pause(e);
      }
    }
  }

  /** The flag of an interrupted task stays set: it is being cancelled. */
  private static void pause(SQLException outage) throws SQLException {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MILLIS));
    if (Thread.currentThread().isInterrupted()) {
      throw new SQLException("interrupted while PostgreSQL was away", outage);
    }
  }

  @Override
  public void close() {
    store.close();
  }
}
