package io.sluice.cli.platform;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the commands ask of a Flink cluster. */
public interface Cluster {

  /**
   * A job, running or not.
   *
   * @param state Flink's name of it, such as {@code RUNNING}
   * @param ended empty while it runs
   */
  record Job(String id, String name, String state, Instant started, Optional<Instant> ended) {
    /** Whether the job runs or will run again by itself. */
    public boolean active() {
      return switch (state) {
        case "FAILED", "CANCELED", "FINISHED" -> false;
        default -> true;
      };
    }

    /** Whether its JobManager is still setting it up: it has no tasks and checkpoints yet. */
    public boolean initializing() {
      return state.equals("INITIALIZING");
    }
  }

  /**
   * A completed checkpoint.
   *
   * @param path where it can be restored from
   */
  record Checkpoint(long id, Instant completed, String path) {}

  /** All jobs that the cluster remembers. */
  List<Job> jobs() throws IOException, InterruptedException;

  /** Whether every task of a job runs. */
  boolean allTasksRunning(String jobId) throws IOException, InterruptedException;

  /** Why a job failed the last time, in a line or two. */
  Optional<String> failure(String jobId) throws IOException, InterruptedException;

  /** The last completed checkpoint. */
  Optional<Checkpoint> lastCheckpoint(String jobId) throws IOException, InterruptedException;

  /** Task slots that no job uses. */
  int freeSlots() throws IOException, InterruptedException;

  /** Uploads a jar, unless the cluster has this very file already; returns its id there. */
  String upload(Path jar) throws IOException, InterruptedException;

  /**
   * Starts a job.
   *
   * @param restoreFrom a savepoint or retained checkpoint
   * @return the job's id
   */
  String run(String jarId, List<String> arguments, Optional<String> restoreFrom)
      throws IOException, InterruptedException;

  /** Takes a savepoint below a folder and returns its path. */
  String savepoint(String jobId, Path folder) throws IOException, InterruptedException;

  /**
   * Stops a job with a savepoint below a folder and returns its path.
   *
   * @param drain whether the sources end for good, so that all windows close first
   */
  String stop(String jobId, Path folder, boolean drain) throws IOException, InterruptedException;

  /** Cancels a job and waits until it has ended; retained checkpoints stay. */
  void cancel(String jobId) throws IOException, InterruptedException;
}
