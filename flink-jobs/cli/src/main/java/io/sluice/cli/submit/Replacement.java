package io.sluice.cli.submit;

import io.sluice.cli.platform.Cluster;
import io.sluice.cli.text.CommandFailure;
import io.sluice.cli.text.FailureText;
import io.sluice.definition.edit.Store;
import io.sluice.definition.model.Pipeline;
import io.sluice.sandbox.process.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Puts another job in the place of one that runs, from its savepoint, or the former one back. */
final class Replacement {
  private static final Duration LOOK_AGAIN = Duration.ofMillis(200);

  private final SubmittedPipelines submitted;
  private final JobStart start;
  private final Consumer<String> progress;
  private final BooleanSupplier interrupted;
  private final Duration patience;
  private final SafeStop stop;
  private final FirstCheckpoint checkpoint;
  private final GoingBack back;

  /** A definition, and all that its job needs. */
  record Side(
      Submitted files, Pipeline pipeline, JobJar jar, int parallelism, Map<Store, String> stores) {}

  Replacement(
      Cluster cluster,
      SubmittedPipelines submitted,
      RestorePoints points,
      JobStart start,
      Consumer<String> progress,
      BooleanSupplier interrupted,
      Upgrade.Waits waits) {
    this.submitted = submitted;
    this.start = start;
    this.progress = progress;
    this.interrupted = interrupted;
    this.patience = waits.cluster();
    this.stop = new SafeStop(cluster, points, progress, waits.cluster());
    this.checkpoint = new FirstCheckpoint(cluster, waits.job().failing());
    this.back = new GoingBack(cluster, checkpoint, progress, waits.cluster());
  }

  /**
   * Stops the former job and starts the fresh one.
   *
   * @param added what the fresh one may write that must not stay when it is taken back
   * @param within how long it may take until its first checkpoint
   * @throws CommandFailure if the savepoint fails, or the fresh job is taken back
   */
  Upgrade.Outcome make(
      RunningPipeline running, Side former, Side fresh, AddedViews added, Duration within)
      throws IOException, InterruptedException {
    String name = fresh.pipeline().name();
    if (interrupted.getAsBoolean()) {
      throw new CommandFailure(
          "Interrupted, and nothing has changed: %s runs as before, as job %s."
              .formatted(name, running.job().id()));
    }
    long asked = System.nanoTime();
    String savepoint = stop.stop(running);
    String[] job = new String[1];
    Optional<String> problem = problem(fresh, savepoint, within, job);
    if (problem.isEmpty()) {
      Duration gap = Duration.ofNanos(System.nanoTime() - asked);
      record(former, fresh, job[0]);
      return new Upgrade.Outcome(
          name, job[0], Upgrade.Change.BY_SAVEPOINT, Optional.of(savepoint), gap);
    }
    progress.accept("the new job does not take: " + problem.get());
    String outcome = back.to(new Start(former, savepoint), name, savepoint, added, within);
    throw new CommandFailure("%s was not changed: %s\n%s".formatted(name, problem.get(), outcome));
  }

  /** Starts the new job; whatever fails is a reason to go back. */
  private Optional<String> problem(Side fresh, String savepoint, Duration within, String[] job)
      throws InterruptedException {
    if (interrupted.getAsBoolean()) {
      return Optional.of("it was interrupted");
    }
    try {
      requirePlace(fresh);
      job[0] = run(fresh, savepoint);
      progress.accept("waiting for the first checkpoint of job " + job[0]);
    } catch (IOException | RuntimeException e) {
      return Optional.of(FailureText.sentence(e));
    }
    return checkpoint.await(job[0], within, interrupted);
  }

  /** A JobManager that was killed meanwhile is waited for. */
  private void requirePlace(Side side) throws IOException, InterruptedException {
    Poll.<Boolean, IOException>answer(
        () -> {
          start.requireSlots(side.pipeline().name(), side.parallelism());
          start.refuseSecondJob(side.pipeline().name());
          return true;
        },
        IOException.class::isInstance,
        LOOK_AGAIN,
        patience);
  }

  /** The job runs: a home that cannot record it is no reason to go back. */
  private void record(Side former, Side fresh, String job) {
    String name = fresh.pipeline().name();
    try {
      if (fresh.files().equals(former.files())) {
        submitted.addJob(name, job, fresh.parallelism(), fresh.jar());
      } else {
        submitted.replace(fresh.files(), job, fresh.parallelism(), fresh.jar());
      }
    } catch (IOException | RuntimeException e) {
      throw new CommandFailure(
          "%s runs as job %s, as was asked for, but that is not recorded in the home: %s\nBefore its next change: sluice stop %s --savepoint, then sluice submit FILE --from SAVEPOINT"
              .formatted(name, job, FailureText.sentence(e), name),
          e);
    }
  }

  /** Starts the former job once more. */
  private final class Start implements GoingBack.Former {
    private final Side former;
    private final String savepoint;

    Start(Side former, String savepoint) {
      this.former = former;
      this.savepoint = savepoint;
    }

    @Override
    public String start() throws IOException, InterruptedException {
      String name = former.pipeline().name();
      start.requireSlots(name, former.parallelism());
      start.refuseSecondJob(name);
      return run(former, savepoint);
    }

    @Override
    public void record(String job) throws IOException {
      submitted.addJob(former.pipeline().name(), job, former.parallelism(), former.jar());
    }
  }

  private String run(Side side, String savepoint) throws IOException, InterruptedException {
    return start.run(
        side.files(),
        side.jar().id(),
        side.parallelism(),
        StartPoint.of(Optional.of(savepoint)),
        side.stores());
  }
}
