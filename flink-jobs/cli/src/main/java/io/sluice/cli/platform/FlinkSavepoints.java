package io.sluice.cli.platform;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.model.LakeRoot;
import io.sluice.sandbox.process.Poll;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Savepoints of jobs over Flink's REST API, with which a job goes on or ends. */
final class FlinkSavepoints {
  private static final Duration LONGEST_SAVEPOINT = Duration.ofMinutes(10);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

  /** A savepoint goes on while Flink does not answer. */
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

  private final FlinkHttp http;

  FlinkSavepoints(FlinkHttp http) {
    this.http = http;
  }

  /** Asks for a savepoint under an id of our own, which tells it also when the answer is lost. */
  private String request(String jobId, String kind, Map<String, Object> asked)
      throws IOException, InterruptedException {
    String id = FlinkCluster.freshId();
    Map<String, Object> body = new LinkedHashMap<>(asked);
    body.put("triggerId", id);
    try {
      return http.post("/jobs/" + jobId + kind, body).path("request-id").asText();
    } catch (IOException e) {
      // Whether it has arrived is what is asked next, until Flink answers.
      return id;
    }
  }

  /**
   * Takes one and waits for it.
   *
   * @param kind the path of the request below that of the job
   * @return its path
   * @throws CommandFailure if it fails
   */
  String taken(String jobId, String kind, Map<String, Object> asked)
      throws IOException, InterruptedException {
    String path = "/jobs/" + jobId + "/savepoints/" + request(jobId, kind, asked);
    JsonNode[] operation = new JsonNode[1];
    boolean done =
        Poll.until(
            () -> {
              JsonNode state =
                  Poll.answer(
                      () -> http.get(path),
                      IOException.class::isInstance,
                      LOOK_AGAIN,
                      LONGEST_SILENCE);
              operation[0] = state.path("operation");
              return state.path("status").path("id").asText().equals("COMPLETED");
            },
            LOOK_AGAIN,
            LONGEST_SAVEPOINT);
    if (!done) {
      throw new CommandFailure(
          "The savepoint of job %s is not done after %d minutes."
              .formatted(jobId, LONGEST_SAVEPOINT.toMinutes()));
    }
    if (operation[0].hasNonNull("location")) {
      return local(operation[0].path("location").asText());
    }
    throw new CommandFailure(
        "The savepoint of job %s failed: %s"
            .formatted(
                jobId,
                StackTraceText.cause(
                    operation[0].path("failure-cause").path("stack-trace").asText())));
  }

  /** A folder as Flink takes it, whatever its name holds. */
  static String address(String folder) {
    return LakeRoot.isRemote(folder) ? folder : Path.of(folder).toUri().toString();
  }

  /** A local path without the scheme that Flink writes before it. */
  static String local(String location) {
    return location.startsWith("file:") ? location.replaceFirst("^file:/*", "/") : location;
  }
}
