package io.sluice.cli.submit;

import io.sluice.cli.platform.Cluster;
import io.sluice.cli.text.CommandFailure;
import io.sluice.cli.text.FailureText;
import io.sluice.cli.text.Text;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Waits until a job has taken a checkpoint. A JobManager that is killed meanwhile comes back, and
 * the job with it: questions that fail are asked again.
 */
final class FirstCheckpoint {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  private final Cluster cluster;
  private final Duration failing;

  /**
   * @param failing how long a job may fail and try again
   */
  FirstCheckpoint(Cluster cluster, Duration failing) {
    this.cluster = cluster;
    this.failing = failing;
  }

  /**
   * Waits.
   *
   * @param within how long at most
   * @param interrupted whether nobody wants to wait any more
   * @return why there is no checkpoint; empty when there is one
   */
  Optional<String> await(String job, Duration within, BooleanSupplier interrupted)
      throws InterruptedException {
    long start = System.nanoTime();
    Duration limit = within;
    boolean fails = false;
    String seen = "its tasks do not all run";
    while (true) {
      try {
        if (cluster.lastCheckpoint(job).isPresent()) {
          return Optional.empty();
        }
        Optional<Cluster.Job> ended = ended(job);
        if (ended.isPresent()) {
          return Optional.of("its job ended as %s: %s".formatted(ended.get().state(), cause(job)));
        }
        seen = seen(job);
        if (!fails && failsByItself(job)) {
          fails = true;
          Duration passed = Duration.ofNanos(System.nanoTime() - start);
          limit = least(within, passed.plus(failing));
        }
      } catch (IOException | CommandFailure e) {
        seen = FailureText.sentence(e);
      }
      if (interrupted.getAsBoolean()) {
        return Optional.of("it was interrupted");
      }
      Duration passed = Duration.ofNanos(System.nanoTime() - start);
      if (passed.compareTo(limit) >= 0) {
        return Optional.of("no checkpoint after %s: %s".formatted(Text.duration(passed), seen));
      }
      TimeUnit.NANOSECONDS.sleep(LOOK_AGAIN.toNanos());
    }
  }

  private static Duration least(Duration some, Duration other) {
    return some.compareTo(other) < 0 ? some : other;
  }

  private Optional<Cluster.Job> ended(String job) throws IOException, InterruptedException {
    return cluster.jobs().stream()
        .filter(candidate -> candidate.id().equals(job) && !candidate.active())
        .findFirst();
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
    return cluster.health(job).failure().filter(failure -> !failure.lostProcess()).isPresent();
  }
}
