package io.sluice.cli.submit;

import io.sluice.cli.platform.Cluster;
import io.sluice.cli.text.CommandFailure;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Follows the checkpoints of a job, and asks for them: those that it takes by itself may be an hour
 * apart.
 */
final class Checkpoints {
  private static final Duration ASK_AGAIN = Duration.ofSeconds(1);

  private final Cluster cluster;
  private final String job;
  private Optional<Long> newest = Optional.empty();
  private Optional<Instant> failed = Optional.empty();
  private int inARow;
  private Optional<String> request = Optional.empty();
  private long mayAsk = System.nanoTime();

  Checkpoints(Cluster cluster, String job) {
    this.cluster = cluster;
    this.job = job;
  }

  /**
   * Looks.
   *
   * @return how many were seen so far, one after the other and without a failure of the job between
   *     them
   */
  int look() throws IOException, InterruptedException {
    Optional<Instant> before = lastFailure();
    Optional<Long> now = cluster.lastCheckpoint(job).map(Cluster.Checkpoint::id);
    if (now.isPresent() && !now.equals(newest)) {
      inARow = inARow > 0 && lastFailure().equals(failed) ? inARow + 1 : 1;
      failed = before;
      newest = now;
      mayAsk = System.nanoTime();
    }
    return inARow;
  }

  /** Asks for the next one, if all tasks run and none that was asked for is on its way. */
  void ask() throws IOException, InterruptedException {
    if (request.isPresent() && isSettled(request.get())) {
      request = Optional.empty();
    }
    if (request.isEmpty() && System.nanoTime() - mayAsk >= 0 && cluster.allTasksRunning(job)) {
      mayAsk = System.nanoTime() + ASK_AGAIN.toNanos();
      request = Optional.of(cluster.requestCheckpoint(job));
    }
  }

  /** A JobManager that was started again knows no request from before. */
  private boolean isSettled(String asked) throws IOException, InterruptedException {
    try {
      return cluster.isSettled(job, asked);
    } catch (CommandFailure unknown) {
      return true;
    }
  }

  private Optional<Instant> lastFailure() throws IOException, InterruptedException {
    return cluster.health(job).failure().map(Cluster.Failure::last);
  }
}
