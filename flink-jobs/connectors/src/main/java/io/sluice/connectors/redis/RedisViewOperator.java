package io.sluice.connectors.redis;

import io.sluice.connectors.redis.HashStore.Refusal;
import java.io.IOException;
import java.io.Serializable;
import java.util.concurrent.RejectedExecutionException;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.AbstractStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.operators.OneInputStreamOperatorFactory;
import org.apache.flink.streaming.api.operators.StreamOperator;
import org.apache.flink.streaming.api.operators.StreamOperatorParameters;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.table.data.RowData;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Encodes rows on the task thread and leaves the sending to the store's threads; their failure
 * comes back through the mailbox, so that a task without input fails too. Emits what the store
 * refuses, at the latest before the barrier behind it.
 */
final class RedisViewOperator extends AbstractStreamOperator<RowData>
    implements OneInputStreamOperator<RowData, RowData> {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(RedisViewOperator.class);
  private static final int MAX_PENDING_KEYS = 20_000;
  private static final int MAX_BATCH_KEYS = 2_048;

  /** More than one: an update need not wait for the answer to the one before it. */
  private static final int MAX_BATCHES_IN_FLIGHT = 4;

  /** The window of the histogram of latencies. */
  private static final int ROWS_MEASURED = 1_000;

  private final RowHashes hashes;
  private final long firstVersion;
  private final Stores stores;
  private final RedisViewSink.Rejects rejects;
  private final transient MailboxExecutor mailbox;

  private transient HashStore store;
  private transient CoalescingQueue queue;
  private transient FlushWhenIdle flush;
  private transient long maxBytes;
  private transient Counter refused;

  /** Opens what the operator writes to, on the task manager. */
  @FunctionalInterface
  interface Stores extends Serializable {
    HashStore open() throws IOException, InterruptedException;
  }

  private RedisViewOperator(
      StreamOperatorParameters<RowData> parameters,
      RowHashes hashes,
      long firstVersion,
      Stores stores,
      RedisViewSink.Rejects rejects) {
    super(parameters);
    this.hashes = hashes;
    this.firstVersion = firstVersion;
    this.stores = stores;
    this.rejects = rejects;
    this.mailbox = parameters.getMailboxExecutor();
  }

  @Override
  public void open() throws Exception {
    super.open();
    MetricGroup metrics = getMetricGroup().addGroup(RedisMetric.LABEL, hashes.view());
    store =
        new MeasuredStore(
            stores.open(),
            metrics.histogram(
                RedisMetric.SERVING_LATENCY.text(),
                new DescriptiveStatisticsHistogram(ROWS_MEASURED)),
            getProcessingTimeService()::getCurrentProcessingTime);
    maxBytes = store.maxBytes();
    // Each subtask before its first row, which then finds no field of a former view.
    if (firstVersion > 0) {
      store.removeUpTo(hashes.keys(), firstVersion);
    }
    queue =
        new CoalescingQueue(
            store, MAX_PENDING_KEYS, MAX_BATCH_KEYS, MAX_BATCHES_IN_FLIGHT, this::failTask);
    flush = new FlushWhenIdle(this::post, System::nanoTime, this::flush);
    refused = metrics.counter(RedisMetric.REFUSED.text());
    metrics.gauge(RedisMetric.PENDING.text(), queue::pendingKeys);
    metrics.gauge(RedisMetric.ACKNOWLEDGED.text(), queue::acknowledged);
    metrics.gauge(RedisMetric.FENCED.text(), queue::droppedAsOld);
  }

  private void post(Runnable mail) {
    try {
      mailbox.execute(mail::run, "Redis flush");
    } catch (RejectedExecutionException e) {
      LOG.debug("the task ends; its last flush has been made", e);
    }
  }

  private void failTask(Throwable failure) {
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
  public void processElement(StreamRecord<RowData> element) throws Exception {
    HashUpdate update =
        hashes.update(
            element.getValue(),
            element.hasTimestamp() ? element.getTimestamp() : HashUpdate.NO_ARRIVAL);
    if (update.maxBytes() > maxBytes) {
      emit(
          update.row(),
          "redis:size",
          "the key or a value has %d bytes; Redis reads at most %d (proto-max-bulk-len)"
              .formatted(update.maxBytes(), maxBytes));
    } else {
      queue.offer(update);
      flush.updated();
    }
  }

  private void flush() {
    queue.flush();
    emitRefused();
  }

  private void emitRefused() {
    for (Refusal refusal : queue.takeRefused()) {
      emit(refusal.update().row(), refusal.rule(), refusal.reason());
    }
  }

  private void emit(RowData row, String rule, String reason) {
    refused.inc();
    output.collect(new StreamRecord<>(rejects.of(row, rule, reason)));
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
    drain();
  }

  @Override
  public void finish() throws Exception {
    drain();
  }

  private void drain() throws IOException, InterruptedException {
    queue.drain();
    emitRefused();
  }

  @Override
  public void close() throws Exception {
    if (store != null) {
      store.close();
    }
    super.close();
  }

  /** Gives the operator its mailbox. */
  static final class Factory extends AbstractStreamOperatorFactory<RowData>
      implements OneInputStreamOperatorFactory<RowData, RowData> {
    private static final long serialVersionUID = 1L;

    private final RowHashes hashes;
    private final long firstVersion;
    private final Stores stores;
    private final RedisViewSink.Rejects rejects;

    /**
     * @param firstVersion see {@link RedisViewSink#beginningAt}; 0 for a view that goes on
     */
    Factory(RowHashes hashes, long firstVersion, Stores stores, RedisViewSink.Rejects rejects) {
      this.hashes = hashes;
      this.firstVersion = firstVersion;
      this.stores = stores;
      this.rejects = rejects;
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T extends StreamOperator<RowData>> T createStreamOperator(
        StreamOperatorParameters<RowData> parameters) {
      return (T) new RedisViewOperator(parameters, hashes, firstVersion, stores, rejects);
    }

    @Override
    @SuppressWarnings("rawtypes")
    public Class<? extends StreamOperator> getStreamOperatorClass(ClassLoader classLoader) {
      return RedisViewOperator.class;
    }
  }
}
