package io.sluice.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;

/** The configuration that the operator deploys a FlinkDeployment with. */
public final class EffectiveConfiguration {
  private EffectiveConfiguration() {}

  /** What stands in the resource without the operator's own keys, and what the operator adds. */
  public static Configuration of(JsonNode deployment) {
    Configuration configuration = new Configuration();
    Manifests.settings(deployment)
        .forEach(
            (key, value) -> {
              if (!key.startsWith("kubernetes.operator.") && !key.startsWith("job.autoscaler.")) {
                configuration.setString(key, value);
              }
            });
    add(deployment, configuration);
    return configuration;
  }

  /** The arguments of the job. */
  public static List<String> arguments(JsonNode deployment) {
    List<String> arguments = new ArrayList<>();
    deployment.at("/spec/job/args").forEach(argument -> arguments.add(argument.asText()));
    return arguments;
  }

  private static void add(JsonNode deployment, Configuration configuration) {
    String name = Manifests.name(deployment);
    JsonNode spec = deployment.get("spec");
    Map.ofEntries(
            Map.entry("kubernetes.cluster-id", name),
            Map.entry("high-availability.cluster-id", name),
            Map.entry("kubernetes.namespace", deployment.at("/metadata/namespace").asText()),
            Map.entry("kubernetes.container.image.ref", spec.path("image").asText()),
            Map.entry("kubernetes.container.image.pull-policy", text(spec, "/imagePullPolicy")),
            Map.entry("kubernetes.service-account", spec.path("serviceAccount").asText()),
            Map.entry("kubernetes.rest-service.exposed.type", "ClusterIP"),
            Map.entry("kubernetes.jobmanager.replicas", text(spec, "/jobManager/replicas")),
            Map.entry("jobmanager.memory.process.size", text(spec, "/jobManager/resource/memory")),
            Map.entry("kubernetes.jobmanager.cpu.amount", text(spec, "/jobManager/resource/cpu")),
            Map.entry(
                "taskmanager.memory.process.size", text(spec, "/taskManager/resource/memory")),
            Map.entry("kubernetes.taskmanager.cpu.amount", text(spec, "/taskManager/resource/cpu")),
            Map.entry("execution.target", "kubernetes-application"),
            Map.entry("execution.shutdown-on-application-finish", "false"),
            Map.entry("execution.submit-failed-job-on-application-error", "true"),
            Map.entry("pipeline.jars", text(spec, "/job/jarURI")),
            Map.entry("pipeline.name", name),
            Map.entry("parallelism.default", text(spec, "/job/parallelism")))
        .forEach(configuration::setString);
    // The operator wants it so whatever the resource says.
    configuration.setString("web.cancel.enable", "false");
  }

  private static String text(JsonNode spec, String pointer) {
    return spec.at(pointer).asText();
  }
}
