package io.sluice.sandbox.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.FileNotFoundException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Flink's REST API as far as it is needed. Every failure is a {@link FlinkRestException}. */
public final class FlinkRest {

  private static final Duration SAVEPOINT_PATIENCE = Duration.ofMinutes(10);

  private final FlinkHttp http;

  /**
   * A client of one cluster.
   *
   * @param url such as {@code http://127.0.0.1:18081}, without a slash at the end
   */
  public FlinkRest(String url) {
    this.http = new FlinkHttp(url);
  }

  /** What the cluster has. */
  public FlinkOverview overview() {
    JsonNode node = http.get("/overview");
    return new FlinkOverview(
        node.path("taskmanagers").asInt(),
        node.path("slots-total").asInt(),
        node.path("slots-available").asInt(),
        node.path("jobs-running").asInt(),
        node.path("flink-version").asText());
  }

  /** Uploads a jar; the result names it for {@link #runJar}. */
  public String uploadJar(Path jar) {
    try {
      String path = http.postFile("/jars/upload", jar).path("filename").asText();
      return path.substring(path.lastIndexOf('/') + 1);
    } catch (FileNotFoundException e) {
      throw new FlinkRestException("There is no jar " + jar + ": build it first.", e);
    }
  }

  /** Deletes an uploaded jar; jobs that run from it are not affected. */
  public void deleteJar(String jarId) {
    http.delete("/jars/" + jarId);
  }

  /**
   * Runs the main class of an uploaded jar.
   *
   * @param savepointPath savepoint or retained checkpoint to start from
   * @param allowNonRestored whether state that no operator takes may be dropped
   * @return the job's id
   */
  public String runJar(
      String jarId,
      String entryClass,
      List<String> programArgs,
      Optional<String> savepointPath,
      boolean allowNonRestored) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("entryClass", entryClass);
    programArgs.forEach(body.putArray("programArgsList")::add);
    savepointPath.ifPresent(path -> body.put("savepointPath", path));
    body.put("allowNonRestoredState", allowNonRestored);
    return http.post("/jars/" + jarId + "/run", body).path("jobid").asText();
  }

  /** All jobs, also ended ones that the cluster remembers. */
  public List<FlinkJob> jobs() {
    List<FlinkJob> jobs = new ArrayList<>();
    http.get("/jobs/overview").path("jobs").forEach(node -> jobs.add(job(node)));
    return jobs;
  }

  /** One job with its vertices. */
  public FlinkJobDetails job(String jobId) {
    JsonNode node = http.get("/jobs/" + jobId);
    List<FlinkVertex> vertices = new ArrayList<>();
    for (JsonNode vertex : node.path("vertices")) {
      vertices.add(
          new FlinkVertex(
              vertex.path("id").asText(),
              vertex.path("name").asText(),
              vertex.path("parallelism").asInt(),
              vertex.path("status").asText(),
              vertex.path("metrics").path("read-records").asLong(),
              vertex.path("metrics").path("write-records").asLong()));
    }
    return new FlinkJobDetails(job(node), vertices);
  }

  /** Checkpoint statistics of a job. */
  public FlinkCheckpoints checkpoints(String jobId) {
    JsonNode node = http.get("/jobs/" + jobId + "/checkpoints");
    JsonNode latest = node.path("latest").path("completed");
    JsonNode savepoint = node.path("latest").path("savepoint").path("external_path");
    return new FlinkCheckpoints(
        node.path("counts").path("completed").asLong(),
        node.path("counts").path("failed").asLong(),
        latest.isObject() ? Optional.of(completed(latest)) : Optional.empty(),
        savepoint.isTextual() ? Optional.of(savepoint.asText()) : Optional.empty());
  }

  /** Takes a savepoint of a job that goes on, or is cancelled afterwards; returns its path. */
  public String savepoint(String jobId, Path directory, boolean cancel) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("target-directory", "file://" + directory.toAbsolutePath());
    body.put("cancel-job", cancel);
    return awaitSavepoint(jobId, http.post("/jobs/" + jobId + "/savepoints", body));
  }

  /**
   * Takes a savepoint and ends the job in order; returns the savepoint's path.
   *
   * @param drain whether all windows fire, for a job that will not go on
   */
  public String stopWithSavepoint(String jobId, Path directory, boolean drain) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("targetDirectory", "file://" + directory.toAbsolutePath());
    body.put("drain", drain);
    return awaitSavepoint(jobId, http.post("/jobs/" + jobId + "/stop", body));
  }

  /** Cancels a job; it may still run for a moment when this returns. */
  public void cancel(String jobId) {
    http.patch("/jobs/" + jobId + "?mode=cancel");
  }

  /** The failures that the job had, newest first. */
  public List<FlinkFailure> exceptions(String jobId) {
    List<FlinkFailure> failures = new ArrayList<>();
    for (JsonNode entry :
        http.get("/jobs/" + jobId + "/exceptions").path("exceptionHistory").path("entries")) {
      String trace = entry.path("stacktrace").asText();
      failures.add(
          new FlinkFailure(
              entry.path("timestamp").asLong(),
              entry.path("taskName").asText(""),
              RootCause.of(trace),
              trace));
    }
    return failures;
  }

  /**
   * Metrics of a vertex, summed over its subtasks.
   *
   * @param names of metrics as Flink lists them; unknown ones are left out of the result
   */
  public Map<String, Double> metrics(String jobId, String vertexId, List<String> names) {
    String query = URLEncoder.encode(String.join(",", names), StandardCharsets.UTF_8);
    JsonNode answer =
        http.get(
            "/jobs/%s/vertices/%s/subtasks/metrics?agg=sum&get=%s"
                .formatted(jobId, vertexId, query));
    Map<String, Double> metrics = new LinkedHashMap<>();
    answer.forEach(
        metric -> metrics.put(metric.path("id").asText(), metric.path("sum").asDouble()));
    return metrics;
  }

  /** Names of the metrics that a vertex has. */
  public List<String> metricNames(String jobId, String vertexId) {
    List<String> names = new ArrayList<>();
    http.get("/jobs/%s/vertices/%s/subtasks/metrics".formatted(jobId, vertexId))
        .forEach(metric -> names.add(metric.path("id").asText()));
    return names;
  }

  private String awaitSavepoint(String jobId, JsonNode trigger) {
    String path = "/jobs/" + jobId + "/savepoints/" + trigger.path("request-id").asText();
    long end = System.nanoTime() + SAVEPOINT_PATIENCE.toNanos();
    JsonNode answer = http.get(path);
    while (!answer.path("status").path("id").asText().equals("COMPLETED")) {
      if (System.nanoTime() > end) {
        throw new FlinkRestException(
            "The savepoint of job %s is not complete after %d minutes."
                .formatted(jobId, SAVEPOINT_PATIENCE.toMinutes()),
            0);
      }
      pause();
      answer = http.get(path);
    }
    JsonNode operation = answer.path("operation");
    if (!operation.path("location").isTextual()) {
      String trace = operation.path("failure-cause").path("stack-trace").asText();
      throw new FlinkRestException(
          "The savepoint of job %s failed: %s".formatted(jobId, RootCause.of(trace)), 0);
    }
    return operation.path("location").asText();
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(100);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlinkRestException("Waiting for Flink was interrupted.", e);
    }
  }

  private static FlinkJob job(JsonNode node) {
    return new FlinkJob(
        node.path("jid").asText(),
        node.path("name").asText(),
        node.path("state").asText(),
        node.path("start-time").asLong(),
        node.path("end-time").asLong());
  }

  private static FlinkCheckpoints.Completed completed(JsonNode node) {
    return new FlinkCheckpoints.Completed(
        node.path("id").asLong(),
        node.path("external_path").asText(),
        node.path("trigger_timestamp").asLong(),
        node.path("end_to_end_duration").asLong(),
        node.path("state_size").asLong());
  }
}
