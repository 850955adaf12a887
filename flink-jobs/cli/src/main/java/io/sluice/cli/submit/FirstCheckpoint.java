package io.sluice.cli.submit;

import io.sluice.cli.platform.Cluster;
import io.sluice.cli.text.CommandFailure;
import io.sluice.cli.text.FailureText;
import io.sluice.cli.text.Text;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Waits until a job has taken a checkpoint and committed it, which the next one shows: a job whose
 * commits fail takes its first checkpoint, and no second one before it fails. A JobManager that is
 * killed meanwhile comes back, and the job with it: questions that fail are asked again.
 */
final class FirstCheckpoint {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  /** Checkpoints in a row, the first of which is committed. */
  private static final int COMMITTED = 2;

  private final Cluster cluster;
  private final Duration failing;
  private final int needed;
  private final Optional<Instant> earlierFailure;

  /**
   * @param failing how long a job may fail and try again
   */
  FirstCheckpoint(Cluster cluster, Duration failing) {
    this(cluster, failing, COMMITTED, Optional.empty());
  }

  private FirstCheckpoint(
      Cluster cluster, Duration failing, int needed, Optional<Instant> earlierFailure) {
    this.cluster = cluster;
    this.failing = failing;
    this.needed = needed;
    this.earlierFailure = earlierFailure;
  }

  /**
   * For a job that took checkpoints before, the last of which says nothing.
   *
   * @param earlierFailure when it failed last before anything was changed
   */
  static FirstCheckpoint afterOthers(
      Cluster cluster, Duration failing, Optional<Instant> earlierFailure) {
    return new FirstCheckpoint(cluster, failing, 1 + COMMITTED, earlierFailure);
  }

  /**
   * Waits.
   *
   * @param within how long at most
   * @param interrupted whether nobody wants to wait any more
   * @return why there are no two checkpoints; empty when there are
   */
  Optional<String> await(String job, Duration within, BooleanSupplier interrupted)
      throws InterruptedException {
    return new Wait(job, within).end(interrupted);
  }

  /** One wait. */
  private final class Wait {
    private final String job;
    private final Checkpoints checkpoints;
    private final long start = System.nanoTime();
    private Duration limit;
    private boolean fails;
    private int taken;
    private String seen = "its tasks do not all run";

    Wait(String job, Duration within) {
      this.job = job;
      this.checkpoints = new Checkpoints(cluster, job);
      this.limit = within;
    }

    Optional<String> end(BooleanSupplier interrupted) throws InterruptedException {
      while (true) {
        try {
          Optional<String> ended = ended();
          if (ended.isPresent()) {
            return ended;
          }
          taken = checkpoints.look();
          if (taken >= needed) {
            return Optional.empty();
          }
          see();
          checkpoints.ask();
        } catch (IOException | CommandFailure e) {
          seen = FailureText.sentence(e);
        }
        if (interrupted.getAsBoolean()) {
          return Optional.of("it was interrupted");
        }
        Duration passed = passed();
        if (passed.compareTo(limit) >= 0) {
          return Optional.of(
              "%s after %s: %s"
                  .formatted(
                      taken <= needed - COMMITTED
                          ? "no checkpoint"
                          : "no second checkpoint, before which the first one is not committed,",
                      Text.duration(passed),
                      seen));
        }
        TimeUnit.NANOSECONDS.sleep(LOOK_AGAIN.toNanos());
      }
    }

    private Duration passed() {
      return Duration.ofNanos(System.nanoTime() - start);
    }

    private Optional<String> ended() throws IOException, InterruptedException {
      Optional<Cluster.Job> ended =
          cluster.jobs().stream()
              .filter(candidate -> candidate.id().equals(job) && !candidate.active())
              .findFirst();
      return ended.isEmpty()
          ? Optional.empty()
          : Optional.of("its job ended as %s: %s".formatted(ended.get().state(), cause(job)));
    }

    private void see() throws IOException, InterruptedException {
      seen = seen(job);
      if (!fails && failsByItself(job)) {
        fails = true;
        limit = least(limit, passed().plus(failing));
      }
    }
  }

  private static Duration least(Duration some, Duration other) {
    return some.compareTo(other) < 0 ? some : other;
  }

  private String seen(String job) throws IOException, InterruptedException {
    Optional<String> failure = cluster.failure(job);
    if (failure.isPresent()) {
      return "it failed last with: " + failure.get();
    }
    return cluster.allTasksRunning(job) ? "its tasks run" : "its tasks do not all run";
  }

  private String cause(String job) throws IOException, InterruptedException {
    return cluster.failure(job).orElse("see the logs of Flink in the home's logs folder");
  }

  /** A lost TaskManager comes back, and the job with it: that says nothing about the pipeline. */
  private boolean failsByItself(String job) throws IOException, InterruptedException {
    return cluster
        .health(job)
        .failure()
        .filter(failure -> !failure.lostProcess())
        .filter(failure -> !Optional.of(failure.last()).equals(earlierFailure))
        .isPresent();
  }
}
