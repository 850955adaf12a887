package io.sluice.connectors.redis;

import java.io.IOException;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.table.data.RowData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encodes rows on the task thread and leaves the sending to the store's threads; their failure
 * comes back through the mailbox, so that a task without input fails too.
 */
final class RedisViewWriter implements SinkWriter<RowData> {
  private static final Logger LOG = LoggerFactory.getLogger(RedisViewWriter.class);
  private static final int MAX_PENDING_KEYS = 20_000;
  private static final int MAX_BATCH_KEYS = 2_048;

  /** More than one: an update need not wait for the answer to the one before it. */
  private static final int MAX_BATCHES_IN_FLIGHT = 4;

  private final RowHashes hashes;
  private final HashStore store;
  private final CoalescingQueue queue;
  private final FlushWhenIdle flush;
  private final SinkWriterMetricGroup metrics;

  RedisViewWriter(
      RowHashes hashes, HashStore store, MailboxExecutor mailbox, SinkWriterMetricGroup metrics) {
    this.hashes = hashes;
    this.store = store;
    this.metrics = metrics;
    this.queue =
        new CoalescingQueue(
            store,
            MAX_PENDING_KEYS,
            MAX_BATCH_KEYS,
            MAX_BATCHES_IN_FLIGHT,
            failure -> failTask(mailbox, failure));
    this.flush = new FlushWhenIdle(mail -> post(mailbox, mail), System::nanoTime, queue::flush);
    metrics.gauge("pendingKeys", queue::pendingKeys);
    metrics.gauge("acknowledgedRows", queue::acknowledged);
    metrics.gauge("rowsDroppedAsOld", queue::droppedAsOld);
  }

  private static void post(MailboxExecutor mailbox, Runnable mail) {
    try {
      mailbox.execute(mail::run, "Redis flush");
    } catch (RejectedExecutionException e) {
      LOG.debug("the task ends; its last flush has been made", e);
    }
  }

  private static void failTask(MailboxExecutor mailbox, Throwable failure) {
    try {
      mailbox.execute(
          () -> {
            throw new IOException("writing to Redis failed: " + failure.getMessage(), failure);
          },
          "Redis failure");
    } catch (RejectedExecutionException e) {
      LOG.info("the task ended before it heard of a Redis failure", failure);
    }
  }

  @Override
  public void write(RowData row, Context context) throws IOException, InterruptedException {
    queue.offer(hashes.update(row));
    flush.updated();
    metrics.getNumRecordsSendCounter().inc();
  }

  @Override
  public void flush(boolean endOfInput) throws IOException, InterruptedException {
    queue.drain();
  }

  @Override
  public void close() {
    store.close();
  }
}
