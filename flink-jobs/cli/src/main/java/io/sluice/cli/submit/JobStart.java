package io.sluice.cli.submit;

import io.sluice.cli.platform.Cluster;
import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.edit.Store;
import io.sluice.sandbox.process.Poll;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/** Starts the job of a pipeline and waits until all of it runs. */
final class JobStart {
  private static final Duration LONGEST_START = Duration.ofMinutes(3);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  private final Cluster cluster;
  private final Consumer<String> progress;
  private final Waits waits;

  /**
   * How long is waited.
   *
   * @param slots for task slots: those of a job that has just ended come back within moments
   * @param failing for a job that fails and may try again: a server may be on its way back
   */
  record Waits(Duration slots, Duration failing) {
    static final Waits STANDARD = new Waits(Duration.ofSeconds(15), Duration.ofSeconds(15));
  }

  JobStart(Cluster cluster, Consumer<String> progress, Waits waits) {
    this.cluster = cluster;
    this.progress = progress;
    this.waits = waits;
  }

  /**
   * Waits for task slots, those of a job that has just ended among them.
   *
   * @throws CommandFailure if there are fewer
   */
  void requireSlots(String name, int parallelism) throws IOException, InterruptedException {
    requireSlots(name, parallelism, 0);
  }

  /**
   * Waits for task slots.
   *
   * @param own slots of a job of the pipeline, which ends before the other one starts
   * @throws CommandFailure if there are fewer
   */
  void requireSlots(String name, int parallelism, int own)
      throws IOException, InterruptedException {
    int[] free = new int[1];
    boolean enough =
        Poll.until(
            () -> {
              free[0] = cluster.freeSlots() + own;
              return free[0] >= parallelism;
            },
            LOOK_AGAIN,
            waits.slots());
    if (!enough) {
      throw new CommandFailure(
          "%s needs %d task slot%s, but Flink has %d free: %s"
              .formatted(
                  name,
                  parallelism,
                  parallelism == 1 ? "" : "s",
                  free[0],
                  moreSlots(name, free[0])));
    }
  }

  /** What whoever sees the message can do, whichever command it was. */
  private String moreSlots(String name, int free) throws IOException, InterruptedException {
    List<String> running =
        cluster.jobs().stream()
            .filter(job -> job.active() && !job.name().equals(name))
            .map(Cluster.Job::name)
            .toList();
    if (running.isEmpty()) {
      return free > 0
          ? "no other job runs, so that is all that there are: run it on fewer, with --parallelism %d."
              .formatted(free)
          : "no job runs, so the TaskManager is missing or has no more. 'sluice status' shows what runs, 'sluice up' starts it, 'sluice logs taskmanager' says why it ended.";
    }
    String smaller =
        free == 0
            ? ""
            : " Or run it on fewer: 'sluice submit', 'sluice restore' and 'sluice upgrade' take --parallelism %d."
                .formatted(free);
    return "stop another pipeline: sluice stop %s --savepoint.%s"
        .formatted(String.join(" or ", running), smaller);
  }

  private static void pause() throws InterruptedException {
    LockSupport.parkNanos(LOOK_AGAIN.toNanos());
    if (Thread.interrupted()) {
      throw new InterruptedException("Interrupted while the job was starting.");
    }
  }

  /** Refuses a pipeline that runs already. */
  void refuseSecondJob(String name) throws IOException, InterruptedException {
    for (Cluster.Job job : cluster.jobs()) {
      if (job.active() && job.name().equals(name)) {
        throw new CommandFailure(
            "The pipeline %s runs already as job %s (%s). Stop it first: sluice stop %s --savepoint"
                .formatted(name, job.id(), job.state(), name));
      }
    }
  }

  /**
   * Starts a job.
   *
   * @param jar the id of the job's jar on the cluster
   * @param stores the ids of the stores that the job keeps
   * @return the job's id
   */
  String run(
      Submitted files, String jar, int parallelism, StartPoint start, Map<Store, String> stores)
      throws IOException, InterruptedException {
    return run(files, jar, parallelism, start, stores, OptionalLong.empty());
  }

  /**
   * Starts a job whose views may have been emptied.
   *
   * @param reseedFrom the checkpoint that it starts from if they were
   * @return the job's id
   */
  String run(
      Submitted files,
      String jar,
      int parallelism,
      StartPoint start,
      Map<Store, String> stores,
      OptionalLong reseedFrom)
      throws IOException, InterruptedException {
    progress.accept("starting the job");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--pipeline",
                files.pipeline().toAbsolutePath().toString(),
                "--definitions",
                files.definitions().toAbsolutePath().toString(),
                "--parallelism",
                Integer.toString(parallelism)));
    start.restartViews().forEach(view -> arguments.addAll(List.of("--restart-view", view)));
    stores.forEach((store, id) -> arguments.addAll(List.of("--store", store + "=" + id)));
    reseedFrom.ifPresent(id -> arguments.addAll(List.of("--reseed-from", Long.toString(id))));
    return cluster.run(jar, arguments, start.from());
  }

  /** A job that cannot start is not left behind: it would try again for ever. */
  void awaitRunning(String name, String job) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + LONGEST_START.toNanos();
    boolean failing = false;
    while (!cluster.allTasksRunning(job)) {
      Optional<Cluster.Job> now =
          cluster.jobs().stream().filter(candidate -> candidate.id().equals(job)).findFirst();
      boolean ended = now.isPresent() && !now.get().active();
      if (ended && now.get().state().equals("FINISHED")) {
        return;
      }
      if (!ended && !failing && failsByItself(job)) {
        failing = true;
        deadline = Math.min(deadline, System.nanoTime() + waits.failing().toNanos());
      }
      if (ended || System.nanoTime() > deadline) {
        String reason =
            cluster.failure(job).orElse("see the logs of Flink in the home's logs folder");
        String state = now.map(Cluster.Job::state).orElse("unknown");
        if (!ended) {
          cluster.cancel(job);
        }
        throw new CommandFailure(
            "%s did not start; its job %s (%s) is not left running: %s%s"
                .formatted(name, job, state, reason, remedy(job)));
      }
      pause();
    }
  }

  /** A lost TaskManager comes back, and the job with it: that says nothing about the pipeline. */
  boolean failsByItself(String job) throws IOException, InterruptedException {
    return cluster.health(job).failure().filter(failure -> !failure.lostProcess()).isPresent();
  }

  private String remedy(String job) throws IOException, InterruptedException {
    return cluster.health(job).failure().filter(Cluster.Failure::lostProcess).isPresent()
        ? "\nThe pipeline is not to blame: 'sluice status' shows what runs; submit it again when the machine is less busy."
        : "";
  }
}
