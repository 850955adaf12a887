package io.sluice.cli.platform;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.cli.storage.ObjectStoreAccess;
import io.sluice.definition.model.LakeRoot;
import io.sluice.job.SavedState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Rescaling by the resource requirements of a job, which Flink's adaptive scheduler follows. */
final class FlinkRescaling implements Rescaling {
  private static final String SCHEDULER = "jobmanager.scheduler";
  private static final String ADAPTIVE = "adaptive";
  private static final String TO_ONE_TASK = "GLOBAL";

  private final FlinkHttp http;

  FlinkRescaling(FlinkHttp http) {
    this.http = http;
  }

  @Override
  public Optional<String> obstacle(String jobId) throws IOException, InterruptedException {
    if (!scheduler().equalsIgnoreCase(ADAPTIVE)) {
      return Optional.of("this Flink does not run with its adaptive scheduler");
    }
    // Flink tells the number that the job was built with, whatever it runs on now.
    int built =
        http.get("/jobs/" + jobId + "/config")
            .path("execution-config")
            .path("job-parallelism")
            .asInt();
    return built > 1
        ? Optional.empty()
        : Optional.of("its job was started on one task and built without exchanges between tasks");
  }

  @Override
  public boolean isDivisible(String checkpoint) throws IOException {
    if (LakeRoot.isRemote(checkpoint)) {
      ObjectStoreAccess.requireFlink(checkpoint);
    }
    return SavedState.read(checkpoint).isDivisible();
  }

  private String scheduler() throws IOException, InterruptedException {
    for (JsonNode setting : http.get("/jobmanager/config")) {
      if (setting.path("key").asText().equals(SCHEDULER)) {
        return setting.path("value").asText();
      }
    }
    return "default";
  }

  @Override
  public void ask(String jobId, int parallelism) throws IOException, InterruptedException {
    String path = "/jobs/" + jobId + "/resource-requirements";
    Map<String, Object> wanted = new TreeMap<>();
    Set<String> single = singleTasks(http.get("/jobs/" + jobId + "/plan").path("plan"));
    Iterator<Map.Entry<String, JsonNode>> stages = http.get(path).fields();
    while (stages.hasNext()) {
      Map.Entry<String, JsonNode> stage = stages.next();
      boolean one = single.contains(stage.getKey());
      wanted.put(stage.getKey(), Map.of("parallelism", bounds(one ? 1 : parallelism)));
    }
    http.put(path, wanted);
  }

  /**
   * Fewer while there are no more slots: a pipeline that runs on one task is not one that waits.
   */
  private static Map<String, Integer> bounds(int parallelism) {
    return Map.of("lowerBound", 1, "upperBound", parallelism);
  }

  /**
   * The stages that get everything in one task, such as those that commit to tables, or that Flink
   * itself keeps at one.
   *
   * @param plan Flink's job graph
   */
  static Set<String> singleTasks(JsonNode plan) {
    Set<String> single = new TreeSet<>();
    for (JsonNode stage : plan.path("nodes")) {
      List<String> ways = new ArrayList<>();
      stage.path("inputs").forEach(input -> ways.add(input.path("ship_strategy").asText()));
      if (!ways.isEmpty() && ways.stream().allMatch(TO_ONE_TASK::equals)) {
        single.add(stage.path("id").asText());
      }
    }
    return single;
  }

  @Override
  public int slots() throws IOException, InterruptedException {
    return http.get("/overview").path("slots-total").asInt();
  }
}
