package io.sluice.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.job.JobInCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the operator's validator refuses when a FlinkDeployment reaches it and no schema tells, and
 * what would be accepted and go wrong later.
 */
final class OperatorRules implements Check {
  private static final Set<String> SET_BY_THE_OPERATOR =
      Set.of("kubernetes.namespace", "kubernetes.cluster-id", "high-availability.cluster-id");

  private static final Set<String> LOG_FILES =
      Set.of("log4j-console.properties", "logback-console.xml");

  private static final List<String> STORED =
      List.of(
          "execution.checkpointing.dir",
          "execution.checkpointing.savepoint-dir",
          "high-availability.storageDir",
          "state.changelog.dstl.dfs.base-path");

  /** The job's own limit, which {@code --parallelism} is checked against. */
  private static final int MAX_PARALLELISM = JobInCode.maxParallelism();

  @Override
  public List<String> problems(ObjectNode resource) {
    List<String> problems = new ArrayList<>();
    if (Manifests.kind(resource).equals("FlinkStateSnapshot")) {
      snapshot(resource.path("spec"), problems);
    } else if (Manifests.kind(resource).equals("FlinkDeployment")) {
      JsonNode spec = resource.path("spec");
      names(resource, problems);
      image(spec.path("image").asText(), problems);
      settings(spec.path("flinkConfiguration"), problems);
      state(spec, Manifests.settings(resource), problems);
      processes(spec, Manifests.settings(resource), problems);
      job(spec.path("job"), EffectiveConfiguration.arguments(resource), problems);
      autoscaler(spec.at("/job/parallelism").asInt(), Manifests.settings(resource), problems);
    }
    return problems;
  }

  private static void snapshot(JsonNode spec, List<String> problems) {
    if (spec.has("savepoint") && spec.at("/savepoint/disposeOnDelete").asBoolean(true)) {
      problems.add("disposeOnDelete must be false: the savepoint goes with its resource else.");
    }
    if (spec.path("backoffLimit").asInt(-1) < 0) {
      problems.add("backoffLimit must be 0 or more: operators up to 1.15 take -1 for no retry.");
    }
  }

  private static void names(JsonNode deployment, List<String> problems) {
    if (!Manifests.name(deployment).matches("[a-z]([-a-z0-9]{0,43}[a-z0-9])?")) {
      problems.add("The name must have at most 45 small letters, digits and '-'.");
    }
    if (deployment.at("/spec/serviceAccount").asText().isEmpty()) {
      problems.add("serviceAccount must be set.");
    }
    deployment
        .at("/spec/logConfiguration")
        .fieldNames()
        .forEachRemaining(
            file -> {
              if (!LOG_FILES.contains(file)) {
                problems.add(
                    "logConfiguration knows no file " + file + ", only " + LOG_FILES + ".");
              }
            });
  }

  private static void image(String image, List<String> problems) {
    String last = image.substring(image.lastIndexOf('/') + 1);
    if (!last.contains(":") && !last.contains("@")) {
      problems.add("The image '" + image + "' has neither tag nor digest.");
    } else if (last.endsWith(":latest")) {
      problems.add("The image's tag is latest: what runs would change by itself.");
    }
  }

  private static void settings(JsonNode settings, List<String> problems) {
    settings
        .fields()
        .forEachRemaining(
            field -> {
              if (!field.getValue().isTextual()) {
                problems.add(field.getKey() + " must be a string: write it in quotes.");
              }
              if (SET_BY_THE_OPERATOR.contains(field.getKey())) {
                problems.add(field.getKey() + " is set by the operator. Remove it.");
              }
            });
  }

  private static void state(JsonNode spec, Map<String, String> settings, List<String> problems) {
    if (!spec.at("/job/upgradeMode").asText().equals("savepoint")) {
      problems.add("upgradeMode must be savepoint: an edit is compared with the state in one.");
    }
    for (String key : STORED) {
      if (!settings.getOrDefault(key, "").startsWith("s3://")) {
        problems.add(key + " must be in an object store (s3://): pods have no common disk.");
      }
    }
  }

  private static void processes(
      JsonNode spec, Map<String, String> settings, List<String> problems) {
    int jobManagers = spec.at("/jobManager/replicas").asInt(1);
    if (jobManagers < 1) {
      problems.add("jobManager.replicas must be 1 or more.");
    }
    boolean available = settings.getOrDefault("high-availability.type", "").equals("kubernetes");
    boolean rollback =
        settings.getOrDefault("kubernetes.operator.deployment.rollback.enabled", "").equals("true");
    if (!available && (jobManagers > 1 || rollback)) {
      problems.add("Two JobManagers, and rollback, need high-availability.type: kubernetes.");
    }
    if (!spec.path("mode").asText("native").equals("native")) {
      problems.add("mode must be native: standalone with high availability fails with Flink 2.");
    }
    if (spec.path("taskManager").has("replicas")) {
      problems.add("taskManager.replicas overrides the parallelism. Remove it.");
    }
    for (String process : List.of("jobManager", "taskManager")) {
      if (spec.path(process).at("/resource/memory").asText().isEmpty()) {
        problems.add(process + ".resource.memory must be set.");
      }
    }
  }

  private static void autoscaler(
      int parallelism, Map<String, String> settings, List<String> problems) {
    if (!settings.getOrDefault("job.autoscaler.enabled", "false").equals("true")) {
      return;
    }
    // Without the key, the operator scales.
    if (!settings.getOrDefault("job.autoscaler.scaling.enabled", "true").equals("false")
        && parallelism < 2) {
      problems.add(
          "A job that begins with job.parallelism 1 hands no record over by key and cannot be scaled.");
    }
    int least =
        Integer.parseInt(settings.getOrDefault("job.autoscaler.vertex.min-parallelism", "1"));
    int most =
        Integer.parseInt(settings.getOrDefault("job.autoscaler.vertex.max-parallelism", "200"));
    if (most > MAX_PARALLELISM) {
      problems.add("job.autoscaler.vertex.max-parallelism is more than " + MAX_PARALLELISM + ".");
    }
    if (parallelism < least || parallelism > most) {
      problems.add(
          "job.parallelism is outside of the autoscaler's %d to %d.".formatted(least, most));
    }
  }

  private static void job(JsonNode job, List<String> arguments, List<String> problems) {
    int parallelism = job.path("parallelism").asInt();
    int named = arguments.indexOf("--parallelism") + 1;
    if (parallelism < 1 || parallelism > MAX_PARALLELISM) {
      problems.add("job.parallelism must be from 1 to " + MAX_PARALLELISM + ".");
    }
    if (named == 0 || !arguments.get(named).equals(Integer.toString(parallelism))) {
      problems.add("The argument --parallelism must be job.parallelism, " + parallelism + ".");
    }
    if (!job.path("jarURI").asText().startsWith("local:///opt/flink/usrlib/")) {
      problems.add("job.jarURI must be the jar in the image, local:///opt/flink/usrlib/...");
    }
    if (job.path("allowNonRestoredState").asBoolean()) {
      problems.add("allowNonRestoredState must be false: the job itself says what is left out.");
    }
  }
}
