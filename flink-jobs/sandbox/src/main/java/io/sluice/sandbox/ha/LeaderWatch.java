package io.sluice.sandbox.ha;

import java.io.IOException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.flink.runtime.leaderretrieval.LeaderRetrievalDriver;
import org.apache.flink.runtime.leaderretrieval.LeaderRetrievalEventHandler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads a leader file again and again and tells who leads; the receiver ignores repetitions. */
final class LeaderWatch implements LeaderRetrievalDriver {

  private static final Logger LOG = LoggerFactory.getLogger(LeaderWatch.class);

  /** Short against the start of a JobManager (seconds); each process has a handful of watches. */
  private static final long INTERVAL_MS = 500;

  private final LeaderFile file;
  private final LeaderRetrievalEventHandler receiver;
  private final Future<?> polling;
  private boolean failing;

  LeaderWatch(
      LeaderFile file, LeaderRetrievalEventHandler receiver, ScheduledExecutorService executor) {
    this.file = file;
    this.receiver = receiver;
    this.polling =
        executor.scheduleWithFixedDelay(this::poll, 0, INTERVAL_MS, TimeUnit.MILLISECONDS);
  }

  private void poll() {
    try {
      receiver.notifyLeaderAddress(file.read());
      failing = false;
    } catch (IOException | RuntimeException e) {
      // Nothing is lost yet: the leader may well be alive, and the next poll comes soon.
      if (!failing) {
        LOG.warn("The leader file {} cannot be read; trying again.", file, e);
      }
      failing = true;
    }
  }

  @Override
  public void close() {
    polling.cancel(false);
  }

  @Override
  public String toString() {
    return "LeaderWatch{" + file + "}";
  }
}
