package io.sluice.cli.submit;

import io.sluice.cli.platform.Cluster;
import io.sluice.cli.text.CommandFailure;
import io.sluice.cli.text.FailureText;
import io.sluice.cli.text.Text;
import io.sluice.sandbox.process.Poll;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Gives a job another number of parallel tasks while it runs, or its former number back if it
 * commits no checkpoint with the new one. A cluster that does not answer is asked again.
 */
final class InPlaceScaling {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
  private static final Duration LOOK_AT_STATE = Duration.ofSeconds(2);

  private final Cluster cluster;
  private final SubmittedPipelines submitted;
  private final Consumer<String> progress;
  private final BooleanSupplier interrupted;
  private final Upgrade.Waits waits;

  InPlaceScaling(
      Cluster cluster,
      SubmittedPipelines submitted,
      Consumer<String> progress,
      BooleanSupplier interrupted,
      Upgrade.Waits waits) {
    this.cluster = cluster;
    this.submitted = submitted;
    this.progress = progress;
    this.interrupted = interrupted;
    this.waits = waits;
  }

  /**
   * Waits until the state of a job can be divided. The job runs on meanwhile.
   *
   * @return whether it can
   * @throws CommandFailure if the user does not want to wait any more
   */
  boolean awaitDivisible(RunningPipeline running) throws IOException, InterruptedException {
    running.awaitCheckpoint(cluster, waits.cluster());
    if (isDivisible(running)) {
      return true;
    }
    progress.accept("waiting until each task has written its own state, a minute or two");
    boolean divisible =
        Poll.until(
            () -> interrupted.getAsBoolean() || divisibleByNow(running),
            LOOK_AT_STATE,
            waits.cluster());
    if (interrupted.getAsBoolean()) {
      throw new CommandFailure(
          "Interrupted, and nothing has changed: %s runs as before, as job %s."
              .formatted(running.job().name(), running.job().id()));
    }
    return divisible;
  }

  /** Checkpoints may be an hour apart; what a task has written is in the next one. */
  private boolean divisibleByNow(RunningPipeline running) throws IOException, InterruptedException {
    cluster.requestCheckpoint(running.job().id());
    return isDivisible(running);
  }

  /** A checkpoint lives until the next one; one that went while it was read is asked for again. */
  private boolean isDivisible(RunningPipeline running) throws IOException, InterruptedException {
    return Poll.<Boolean, IOException>answer(
        () -> cluster.rescaling().isDivisible(running.checkpoint(cluster)),
        IOException.class::isInstance,
        LOOK_AGAIN,
        waits.job().failing());
  }

  /**
   * Scales.
   *
   * @param within how long the job may take until it has committed a checkpoint
   * @return how long it took
   * @throws CommandFailure if the job has its former number back
   */
  Duration scale(RunningPipeline running, int wanted, Duration within)
      throws IOException, InterruptedException {
    String name = running.job().name();
    Optional<Instant> failed = lastFailure(running);
    long asked = System.nanoTime();
    progress.accept("asking Flink for %d parallel tasks".formatted(wanted));
    Optional<String> problem = problem(running, wanted, within, failed);
    if (problem.isPresent()) {
      throw new CommandFailure(
          "%s was not changed: %s\n%s"
              .formatted(name, problem.get(), goBack(running, within, failed)));
    }
    Duration took = Duration.ofNanos(System.nanoTime() - asked);
    record(running, wanted);
    return took;
  }

  private Optional<Instant> lastFailure(RunningPipeline running)
      throws IOException, InterruptedException {
    return cluster.health(running.job().id()).failure().map(Cluster.Failure::last);
  }

  /** What Flink was asked for may hold although its answer was lost: all reasons lead back. */
  private Optional<String> problem(
      RunningPipeline running, int tasks, Duration within, Optional<Instant> failed)
      throws InterruptedException {
    try {
      cluster.rescaling().ask(running.job().id(), tasks);
    } catch (IOException | CommandFailure e) {
      return Optional.of(FailureText.sentence(e));
    }
    return await(running, tasks, within, interrupted, failed);
  }

  private Optional<String> await(
      RunningPipeline running,
      int tasks,
      Duration within,
      BooleanSupplier giveUp,
      Optional<Instant> failed)
      throws InterruptedException {
    String job = running.job().id();
    long begin = System.nanoTime();
    boolean runs =
        Poll.<RuntimeException>until(
            () -> giveUp.getAsBoolean() || runsOn(job, tasks), LOOK_AGAIN, within);
    if (giveUp.getAsBoolean()) {
      return Optional.of("it was interrupted");
    }
    if (!runs) {
      return Optional.of(
          "it does not run on %d parallel tasks after %s".formatted(tasks, Text.duration(within)));
    }
    progress.accept("waiting for a checkpoint on %d parallel tasks".formatted(tasks));
    return FirstCheckpoint.afterOthers(cluster, waits.job().failing(), failed)
        .await(job, within.minusNanos(System.nanoTime() - begin), giveUp);
  }

  private boolean runsOn(String job, int tasks) throws InterruptedException {
    try {
      return cluster.parallelism(job) == tasks && cluster.allTasksRunning(job);
    } catch (IOException | CommandFailure away) {
      return false;
    }
  }

  /**
   * Waits until a job may have its former number back. Tasks that run on the new number have to
   * write their own state first; where Flink has changed nothing, or the tasks do not run, the
   * checkpoint before the change is the newest.
   */
  private boolean mayGoBack(RunningPipeline running, int former) throws InterruptedException {
    String job = running.job().id();
    return Poll.<RuntimeException>until(
        () -> {
          try {
            if (cluster.parallelism(job) == former) {
              return true;
            }
            return cluster.allTasksRunning(job) ? divisibleByNow(running) : isDivisible(running);
          } catch (IOException | CommandFailure away) {
            return false;
          }
        },
        LOOK_AT_STATE,
        waits.cluster());
  }

  /** What became of it, in a sentence. */
  private String goBack(RunningPipeline running, Duration within, Optional<Instant> failed)
      throws InterruptedException {
    String name = running.job().name();
    int former = running.files().parallelism();
    progress.accept("going back to %d parallel tasks".formatted(former));
    Duration limit = within.compareTo(waits.cluster()) < 0 ? waits.cluster() : within;
    if (!mayGoBack(running, former)) {
      return "It stays on the number that was asked for, as its state cannot be divided again yet. In a minute or two: sluice scale %s %d"
          .formatted(name, former);
    }
    try {
      Poll.<Boolean, IOException>answer(
          () -> {
            cluster.rescaling().ask(running.job().id(), former);
            return true;
          },
          e -> e instanceof IOException || e instanceof CommandFailure,
          LOOK_AGAIN,
          waits.cluster());
    } catch (IOException | RuntimeException e) {
      return "Its former number could not be asked for: %s\nOnce Flink answers: sluice scale %s %d"
          .formatted(FailureText.sentence(e), name, former);
    }
    return await(running, former, limit, () -> false, failed)
        .map(reason -> "It shall run on %d as before, but: %s".formatted(former, reason))
        .orElse("%s runs on %d as before, as job %s.".formatted(name, former, running.job().id()));
  }

  /** The job runs as was asked for: a home that cannot record it is no reason to go back. */
  private void record(RunningPipeline running, int wanted) {
    String name = running.job().name();
    try {
      submitted.rescaled(running.files(), wanted);
    } catch (IOException | RuntimeException e) {
      throw new CommandFailure(
          "%s runs on %d parallel tasks, as was asked for, but that is not recorded in the home: %s\nOnce the home can be written: sluice scale %s %d"
              .formatted(name, wanted, FailureText.sentence(e), name, wanted),
          e);
    }
  }
}
