package io.sluice.k8s;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.fabric8.kubernetes.client.server.mock.KubernetesCrudDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import org.apache.flink.client.deployment.DefaultClusterClientServiceLoader;
import org.apache.flink.client.deployment.application.ApplicationConfiguration;
import org.apache.flink.client.deployment.application.cli.ApplicationClusterDeployer;
import org.apache.flink.configuration.Configuration;

/**
 * A Kubernetes API that keeps what it is given and starts nothing, and Flink's own deployer, which
 * the operator calls in native mode.
 */
final class TestingKubernetes implements AutoCloseable {
  private final Path folder;
  private final KubernetesMockServer api;

  /**
   * Starts the API on a free port of this machine.
   *
   * @param folder for files that the deployer reads
   */
  TestingKubernetes(Path folder) {
    this.folder = folder;
    api =
        new KubernetesMockServer(
            new Context(),
            new MockWebServer(),
            new HashMap<>(),
            new KubernetesCrudDispatcher(List.of()),
            false);
    api.init();
  }

  /** Deploys a FlinkDeployment. */
  void deploy(JsonNode deployment) throws Exception {
    Configuration configuration = EffectiveConfiguration.of(deployment);
    configuration.setString("kubernetes.config.file", write("kubeconfig", kubeconfig()));
    for (String process : List.of("jobManager", "taskManager")) {
      configuration.setString(
          "kubernetes.pod-template-file." + process.toLowerCase(Locale.ROOT),
          write(process + ".yaml", PodTemplates.of(deployment, process).toString()));
    }
    configuration.setString(
        "$internal.deployment.config-dir",
        Files.createDirectories(folder.resolve("conf")).toString());
    new ApplicationClusterDeployer(new DefaultClusterClientServiceLoader())
        .run(
            configuration,
            new ApplicationConfiguration(
                EffectiveConfiguration.arguments(deployment).toArray(String[]::new),
                deployment.at("/spec/job/entryClass").asText()));
  }

  NamespacedKubernetesClient client() {
    return api.createClient();
  }

  @Override
  public void close() {
    api.destroy();
  }

  private String write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private String kubeconfig() {
    return """
        apiVersion: v1
        kind: Config
        current-context: test
        clusters: [{name: test, cluster: {server: 'http://127.0.0.1:%d'}}]
        contexts: [{name: test, context: {cluster: test, user: test}}]
        users: [{name: test, user: {}}]
        """
        .formatted(api.getPort());
  }
}
