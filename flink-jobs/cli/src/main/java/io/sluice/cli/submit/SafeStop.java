package io.sluice.cli.submit;

import io.sluice.cli.platform.Cluster;
import io.sluice.cli.text.CommandFailure;
import io.sluice.cli.text.FailureText;
import io.sluice.sandbox.process.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Stops a job with a savepoint, and finds out what became of it when the savepoint fails or the
 * JobManager is killed meanwhile.
 */
final class SafeStop {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  /**
   * Checkpoints in a row, the last of which began after the first look: one was there, one may have
   * been on its way. A job that stops begins none.
   */
  private static final int BEGUN_SINCE = 3;

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
    try {
      return cluster.stop(running.job().id(), points.savepointFolder(name), false);
    } catch (IOException | CommandFailure e) {
      progress.accept("%s; looking what became of the job".formatted(FailureText.sentence(e)));
      requireEnd(running.job(), e);
      return savepoint(running, e);
    }
  }

  /** A savepoint whose answer was lost has ended the job; one that failed has not. */
  private void requireEnd(Cluster.Job job, Exception failure)
      throws IOException, InterruptedException {
    Checkpoints checkpoints = new Checkpoints(cluster, job.id());
    boolean[] ended = new boolean[1];
    boolean settled =
        Poll.until(
            () -> {
              try {
                ended[0] = hasEnded(job);
                if (ended[0] || checkpoints.look() >= BEGUN_SINCE) {
                  return true;
                }
                checkpoints.ask();
                return false;
              } catch (IOException | CommandFailure e) {
                return false;
              }
            },
            LOOK_AGAIN,
            patience);
    if (!ended[0]) {
      throw new CommandFailure(
          settled
              ? "%s was not stopped, as its savepoint failed: %s\nIt goes on as before, as job %s."
                  .formatted(job.name(), FailureText.sentence(failure), job.id())
              : "Whether %s stops is not known: %s\nIt may still stop, and nothing else was changed. 'sluice status' shows whether it runs; if it does not, go on with: sluice restore %s"
                  .formatted(job.name(), FailureText.sentence(failure), job.name()),
          failure);
    }
  }

  /** The job has ended, so its savepoint is there, even if the store does not answer yet. */
  private String savepoint(RunningPipeline running, Exception failure) throws InterruptedException {
    String name = running.job().name();
    try {
      return Poll.answer(
          () -> points.latest(running.files()).orElseThrow(() -> new IOException("none is there")),
          e -> e instanceof IOException || e instanceof CommandFailure,
          LOOK_AGAIN,
          patience);
    } catch (IOException | CommandFailure e) {
      throw new CommandFailure(
          "%s has stopped (%s), and its savepoint was not found: %s\nOnce it is there again, go on with: sluice restore %s"
              .formatted(name, FailureText.sentence(failure), FailureText.sentence(e), name),
          e);
    }
  }

  private boolean hasEnded(Cluster.Job job) throws IOException, InterruptedException {
    return cluster.jobs().stream()
        .filter(candidate -> candidate.id().equals(job.id()))
        .noneMatch(Cluster.Job::active);
  }
}
