package io.sluice.cli.platform;

import io.sluice.definition.edit.Store;
import io.sluice.definition.edit.TopicLife;
import io.sluice.definition.model.Pipeline;
import io.sluice.job.SavedTables;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;

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
   * A page of the web UI or an answer of the REST API, as it came; {@link #close} ends it.
   *
   * @param status of HTTP
   */
  record Page(int status, String contentType, InputStream body) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      body.close();
    }
  }

  /**
   * A completed checkpoint.
   *
   * @param path where it can be restored from
   */
  record Checkpoint(long id, Instant completed, String path) {}

  /**
   * A jar on the cluster.
   *
   * @param name the same for the same content
   */
  record Jar(String id, String name) {}

  /**
   * How a job fared since it was submitted.
   *
   * @param restarts how often it was started again after a failure
   * @param failure the last failure, also when the job has run on since
   */
  record Health(long restarts, Optional<Failure> failure) {}

  /**
   * A failure of a job.
   *
   * @param reason the root cause in a sentence or two
   * @param since when the first of the failures came that followed each other within a minute, as
   *     far back as the cluster remembers
   * @param last when it failed last
   */
  record Failure(String reason, Instant since, Instant last) {
    private static final Pattern LOST_PROCESS =
        Pattern.compile(
            "(?i)heartbeat of|no longer reachable|remote task ?manager|NoResourceAvailable"
                + "|minimum required resources|slot .*(released|removed|allocat)|has been disconnected");

    /** Whether a process of the cluster went, or its slots, which is no fault of the job. */
    public boolean lostProcess() {
      return LOST_PROCESS.matcher(reason).find();
    }
  }

  /**
   * What a running job has done with a dataset since the pipeline began.
   *
   * @param rejected rejected records, by rule
   * @param kept records that broke a rule of severity warning or info and went on, by rule
   */
  record DatasetCounts(
      String dataset,
      long consumed,
      long silver,
      long duplicates,
      Map<String, Long> rejected,
      Map<String, Long> kept) {
    /** All rejected records. */
    public long allRejected() {
      return rejected.values().stream().mapToLong(Long::longValue).sum();
    }
  }

  /**
   * How far event time has come in a running job.
   *
   * @param watermark no event at or before it is waited for; empty before the first one
   * @param heldBy the partition whose next event moves it
   */
  record EventTime(String dataset, Optional<Instant> watermark, OptionalLong heldBy) {}

  /**
   * What a running job knows of a view, since it started last.
   *
   * @param rejected events that the view cannot compute, and rows that do not fit its stores
   * @param late events that came behind the final result of their window
   * @param openWindows windows of all keys that are not final yet; empty for a running view
   */
  record ViewCounts(String view, long rejected, long late, OptionalLong openWindows) {}

  /** The counters of a running job; empty while it starts. */
  record Counters(
      List<DatasetCounts> datasets, List<EventTime> eventTimes, List<ViewCounts> views) {
    /** Nothing is known. */
    public static final Counters NONE = new Counters(List.of(), List.of(), List.of());
  }

  /** All jobs that the cluster remembers. */
  List<Job> jobs() throws IOException, InterruptedException;

  /** Whether every task of a job runs. */
  boolean allTasksRunning(String jobId) throws IOException, InterruptedException;

  /** How often and why a job failed. */
  Health health(String jobId) throws IOException, InterruptedException;

  /** Why a job failed the last time, in a line or two. */
  default Optional<String> failure(String jobId) throws IOException, InterruptedException {
    return health(jobId).failure().map(Failure::reason);
  }

  /** What a running job has counted. */
  Counters counters(String jobId) throws IOException, InterruptedException;

  /** The last completed checkpoint. */
  Optional<Checkpoint> lastCheckpoint(String jobId) throws IOException, InterruptedException;

  /**
   * Asks a job for a checkpoint now, beside those that it takes by itself.
   *
   * @return the request, for {@link #isSettled}
   */
  String requestCheckpoint(String jobId) throws IOException, InterruptedException;

  /**
   * Whether a requested checkpoint was taken, or has failed.
   *
   * @throws io.sluice.cli.text.CommandFailure if the cluster does not know the request
   */
  boolean isSettled(String jobId, String request) throws IOException, InterruptedException;

  /** Task slots that no job uses. */
  int freeSlots() throws IOException, InterruptedException;

  /**
   * The parallel tasks of the job's widest stage, which is how many task slots it takes.
   *
   * @return 0 while the job is being set up
   */
  int parallelism(String jobId) throws IOException, InterruptedException;

  /** How the number of parallel tasks of a running job changes. */
  Rescaling rescaling();

  /** Uploads a jar, unless the cluster has this very file already. */
  Jar upload(Path jar) throws IOException, InterruptedException;

  /** A jar that was uploaded, by the name that tells its content. */
  Optional<Jar> jar(String name) throws IOException, InterruptedException;

  /**
   * Compares a pipeline with the state that it shall go on from.
   *
   * @param savepoint a savepoint or retained checkpoint
   * @param restartViews views that begin anew
   * @param topics the topics that there are now, by dataset
   * @param ids of the stores that there are now
   * @param accepted kinds of stores that may be others than when the state was saved
   * @return a sentence on everything that does not simply go on
   * @throws io.sluice.definition.edit.EditRefusedException if the state does not fit the pipeline
   */
  List<String> compare(
      Pipeline pipeline,
      String savepoint,
      List<String> restartViews,
      Map<String, TopicLife> topics,
      Store.Ids ids,
      List<Store.Kind> accepted)
      throws IOException;

  /**
   * What a savepoint knows of the tables of a pipeline.
   *
   * @param savepoint a savepoint or retained checkpoint
   * @return empty if it knows none of them: it is of another pipeline
   */
  Optional<SavedTables> savedTables(Pipeline pipeline, String savepoint) throws IOException;

  /**
   * Starts a job.
   *
   * @param restoreFrom a savepoint or retained checkpoint
   * @return the job's id
   */
  String run(String jarId, List<String> arguments, Optional<String> restoreFrom)
      throws IOException, InterruptedException;

  /**
   * Takes a savepoint below a folder and returns its path.
   *
   * @param folder an absolute path or {@code s3://bucket/key}
   */
  String savepoint(String jobId, String folder) throws IOException, InterruptedException;

  /**
   * Stops a job with a savepoint below a folder and returns its path.
   *
   * @param folder an absolute path or {@code s3://bucket/key}
   * @param drain whether the sources end for good, so that all windows close first
   */
  String stop(String jobId, String folder, boolean drain) throws IOException, InterruptedException;

  /** Cancels a job and waits until it has ended; retained checkpoints stay. */
  void cancel(String jobId) throws IOException, InterruptedException;

  /**
   * Gets a page.
   *
   * @param target path and query, encoded
   */
  Page page(String target) throws IOException, InterruptedException;
}
