package io.sluice.cli.platform;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.cli.storage.ObjectStoreAccess;
import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.edit.Store;
import io.sluice.definition.edit.TopicLife;
import io.sluice.definition.model.LakeRoot;
import io.sluice.definition.model.Pipeline;
import io.sluice.job.SavedState;
import io.sluice.job.SavedTables;
import io.sluice.sandbox.process.Poll;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** A Flink session cluster over its REST API. */
final class FlinkCluster implements Cluster {
  private static final String MAIN_CLASS = "io.sluice.job.Main";
  private static final Duration LONGEST_END = Duration.ofMinutes(2);

  /** A job that ran for so long had got over its failure. */
  private static final Duration RAN_AGAIN = Duration.ofMinutes(1);

  /** From a request to start a job until the job is listed. */
  private static final Duration LATE_START = Duration.ofSeconds(5);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  private final FlinkHttp http;
  private final FlinkMetrics metrics;
  private final FlinkSavepoints savepoints;
  private final FlinkRescaling rescaling;

  FlinkCluster(String url, Path secrets) {
    this.http = new FlinkHttp(url, secrets);
    this.metrics = new FlinkMetrics(http);
    this.savepoints = new FlinkSavepoints(http);
    this.rescaling = new FlinkRescaling(http);
  }

  @Override
  public Page page(String target) throws IOException, InterruptedException {
    return http.page(target);
  }

  @Override
  public List<Job> jobs() throws IOException, InterruptedException {
    List<Job> jobs = new ArrayList<>();
    for (JsonNode job : http.get("/jobs/overview").path("jobs")) {
      long ended = job.path("end-time").asLong(-1);
      jobs.add(
          new Job(
              job.path("jid").asText(),
              job.path("name").asText(),
              job.path("state").asText(),
              Instant.ofEpochMilli(job.path("start-time").asLong()),
              ended < 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(ended))));
    }
    return jobs;
  }

  @Override
  public boolean allTasksRunning(String jobId) throws IOException, InterruptedException {
    JsonNode vertices = http.get("/jobs/" + jobId).path("vertices");
    for (JsonNode vertex : vertices) {
      if (!vertex.path("status").asText().equals("RUNNING")) {
        return false;
      }
    }
    return !vertices.isEmpty();
  }

  @Override
  public Health health(String jobId) throws IOException, InterruptedException {
    JsonNode entries =
        http.get("/jobs/" + jobId + "/exceptions").path("exceptionHistory").path("entries");
    return new Health(metrics.restarts(jobId), lastOf(entries));
  }

  /**
   * The newest failure, and since when.
   *
   * @param entries Flink's exception history, the newest first
   */
  static Optional<Failure> lastOf(JsonNode entries) {
    if (entries.isEmpty()) {
      return Optional.empty();
    }
    Instant last = time(entries.get(0));
    Instant since = last;
    for (JsonNode entry : entries) {
      if (Duration.between(time(entry), since).compareTo(RAN_AGAIN) > 0) {
        break;
      }
      since = time(entry);
    }
    String reason = StackTraceText.cause(entries.get(0).path("stacktrace").asText(""));
    return Optional.of(new Failure(reason, since, last));
  }

  private static Instant time(JsonNode entry) {
    return Instant.ofEpochMilli(entry.path("timestamp").asLong());
  }

  @Override
  public Counters counters(String jobId) throws IOException, InterruptedException {
    return metrics.counters(jobId);
  }

  @Override
  public Optional<Checkpoint> lastCheckpoint(String jobId)
      throws IOException, InterruptedException {
    JsonNode completed =
        http.get("/jobs/" + jobId + "/checkpoints").path("latest").path("completed");
    return completed.hasNonNull("id")
        ? Optional.of(
            new Checkpoint(
                completed.path("id").asLong(),
                Instant.ofEpochMilli(completed.path("latest_ack_timestamp").asLong()),
                FlinkSavepoints.local(completed.path("external_path").asText())))
        : Optional.empty();
  }

  @Override
  public String requestCheckpoint(String jobId) throws IOException, InterruptedException {
    return http.post("/jobs/" + jobId + "/checkpoints", Map.of("checkpointType", "CONFIGURED"))
        .path("request-id")
        .asText();
  }

  @Override
  public boolean isSettled(String jobId, String request) throws IOException, InterruptedException {
    JsonNode answer = http.get("/jobs/" + jobId + "/checkpoints/" + request);
    return answer.path("status").path("id").asText().equals("COMPLETED");
  }

  @Override
  public int freeSlots() throws IOException, InterruptedException {
    return http.get("/overview").path("slots-available").asInt();
  }

  @Override
  public int parallelism(String jobId) throws IOException, InterruptedException {
    int most = 0;
    for (JsonNode vertex : http.get("/jobs/" + jobId).path("vertices")) {
      most = Math.max(most, vertex.path("parallelism").asInt());
    }
    return most;
  }

  @Override
  public Rescaling rescaling() {
    return rescaling;
  }

  @Override
  public Jar upload(Path jar) throws IOException, InterruptedException {
    if (!Files.isRegularFile(jar)) {
      throw new CommandFailure(
          "The job's jar %s is not there: build it with 'mvn -Dquick package', or unpack the distribution again."
              .formatted(jar));
    }
    // The name carries the content, so that the cluster's list tells whether it has it.
    String name = "sluice-job-" + digest(jar) + ".jar";
    Optional<Jar> there = jar(name);
    if (there.isPresent()) {
      return there.get();
    }
    String stored = http.upload("/jars/upload", jar, name).path("filename").asText();
    return new Jar(stored.substring(stored.lastIndexOf('/') + 1), name);
  }

  @Override
  public Optional<Jar> jar(String name) throws IOException, InterruptedException {
    for (JsonNode file : http.get("/jars").path("files")) {
      if (file.path("name").asText().equals(name)) {
        return Optional.of(new Jar(file.path("id").asText(), name));
      }
    }
    return Optional.empty();
  }

  @Override
  public List<String> compare(
      Pipeline pipeline,
      String savepoint,
      List<String> restartViews,
      Map<String, TopicLife> topics,
      Store.Ids ids,
      List<Store.Kind> accepted)
      throws IOException {
    return saved(savepoint)
        .edits(pipeline, restartViews)
        .reading(topics)
        .beside(ids, accepted)
        .notes();
  }

  @Override
  public Optional<SavedTables> savedTables(Pipeline pipeline, String savepoint) throws IOException {
    return saved(savepoint).tables(pipeline);
  }

  private static SavedState saved(String savepoint) throws IOException {
    if (LakeRoot.isRemote(savepoint)) {
      ObjectStoreAccess.requireFlink(savepoint);
    }
    return SavedState.read(savepoint);
  }

  @Override
  public String run(String jarId, List<String> arguments, Optional<String> restoreFrom)
      throws IOException, InterruptedException {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("entryClass", MAIN_CLASS);
    body.put("programArgsList", arguments);
    restoreFrom.ifPresent(path -> body.put("savepointPath", path));
    // An id of our own: whether a start took place is known also when its answer is lost.
    String id = freshId();
    body.put("jobId", id);
    try {
      return http.post("/jars/" + jarId + "/run", body).path("jobid").asText();
    } catch (IOException e) {
      if (hasStarted(id)) {
        return id;
      }
      throw e;
    }
  }

  @Override
  public String savepoint(String jobId, String folder) throws IOException, InterruptedException {
    return savepoints.taken(
        jobId,
        "/savepoints",
        Map.of("target-directory", FlinkSavepoints.address(folder), "cancel-job", false));
  }

  @Override
  public String stop(String jobId, String folder, boolean drain)
      throws IOException, InterruptedException {
    String path =
        savepoints.taken(
            jobId,
            "/stop",
            Map.of("targetDirectory", FlinkSavepoints.address(folder), "drain", drain));
    awaitEnd(jobId);
    return path;
  }

  @Override
  public void cancel(String jobId) throws IOException, InterruptedException {
    http.patch("/jobs/" + jobId + "?mode=cancel");
    awaitEnd(jobId);
  }

  private boolean hasStarted(String id) throws InterruptedException {
    try {
      return Poll.until(
          () -> jobs().stream().anyMatch(job -> job.id().equals(id)), LOOK_AGAIN, LATE_START);
    } catch (IOException | CommandFailure e) {
      return false;
    }
  }

  /** A random number as Flink writes the ids of jobs and requests. */
  static String freshId() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  private void awaitEnd(String jobId) throws IOException, InterruptedException {
    boolean ended =
        Poll.until(
            () -> jobs().stream().noneMatch(job -> job.id().equals(jobId) && job.active()),
            LOOK_AGAIN,
            LONGEST_END);
    if (!ended) {
      throw new CommandFailure(
          "Job %s has not ended after %d minutes.".formatted(jobId, LONGEST_END.toMinutes()));
    }
  }

  private static String digest(Path jar) throws IOException {
    try (InputStream bytes = Files.newInputStream(jar)) {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      new DigestInputStream(bytes, sha).transferTo(OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(sha.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256.", e);
    }
  }
}
