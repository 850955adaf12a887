package io.sluice.cli.submit;

import io.sluice.cli.platform.Cluster;
import io.sluice.cli.text.CommandFailure;
import io.sluice.cli.text.FailureText;
import io.sluice.sandbox.process.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Stops a job with a savepoint, and finds out what became of it when the savepoint fails or the
 * JobManager is killed meanwhile.
 */
final class SafeStop {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  private final Cluster cluster;
  private final RestorePoints points;
  private final Consumer<String> progress;
  private final Duration patience;

  /**
   * @param patience how long a job may take to go on after a savepoint that failed
   */
  SafeStop(Cluster cluster, RestorePoints points, Consumer<String> progress, Duration patience) {
    this.cluster = cluster;
    this.points = points;
    this.progress = progress;
    this.patience = patience;
  }

  /**
   * Stops a job.
   *
   * @return its savepoint
   * @throws CommandFailure if the savepoint failed: the job goes on
   */
  String stop(RunningPipeline running) throws IOException, InterruptedException {
    String name = running.job().name();
    progress.accept("stopping %s with a savepoint".formatted(name));
    long before = lastCheckpoint(running.job()).orElse(0L);
    try {
      return cluster.stop(running.job().id(), points.savepointFolder(name), false);
    } catch (IOException | CommandFailure e) {
      progress.accept("%s; looking what became of the job".formatted(FailureText.sentence(e)));
      requireEnd(running.job(), before, e);
      return points.latest(running.files()).orElseThrow(() -> lost(name, e));
    }
  }

  /** A savepoint whose answer was lost has ended the job; one that failed has not. */
  private void requireEnd(Cluster.Job job, long before, Exception failure)
      throws IOException, InterruptedException {
    boolean[] ended = new boolean[1];
    boolean settled =
        Poll.until(
            () -> {
              try {
                ended[0] = hasEnded(job);
                return ended[0] || lastCheckpoint(job).orElse(0L) > before;
              } catch (IOException | CommandFailure e) {
                return false;
              }
            },
            LOOK_AGAIN,
            patience);
    if (!ended[0]) {
      throw new CommandFailure(
          "%s was not stopped, as its savepoint failed: %s\n%s"
              .formatted(
                  job.name(),
                  FailureText.sentence(failure),
                  settled
                      ? "It goes on as before, as job %s.".formatted(job.id())
                      : "It has taken no checkpoint since; 'sluice status' shows what it does."),
          failure);
    }
  }

  private boolean hasEnded(Cluster.Job job) throws IOException, InterruptedException {
    return cluster.jobs().stream()
        .filter(candidate -> candidate.id().equals(job.id()))
        .noneMatch(Cluster.Job::active);
  }

  private Optional<Long> lastCheckpoint(Cluster.Job job) throws IOException, InterruptedException {
    return cluster.lastCheckpoint(job.id()).map(Cluster.Checkpoint::id);
  }

  private static CommandFailure lost(String name, Exception failure) {
    return new CommandFailure(
        "%s has ended, and there is no savepoint of it: %s"
            .formatted(name, FailureText.sentence(failure)),
        failure);
  }
}
