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
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.flink.client.deployment.DefaultClusterClientServiceLoader;
import org.apache.flink.client.deployment.application.ApplicationConfiguration;
import org.apache.flink.client.deployment.application.cli.ApplicationClusterDeployer;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.kubernetes.kubeclient.FlinkKubeClient;
import org.apache.flink.kubernetes.kubeclient.FlinkKubeClientFactory;
import org.apache.flink.kubernetes.kubeclient.FlinkPod;
import org.apache.flink.kubernetes.kubeclient.factory.KubernetesTaskManagerFactory;
import org.apache.flink.kubernetes.kubeclient.parameters.KubernetesTaskManagerParameters;
import org.apache.flink.kubernetes.utils.Constants;
import org.apache.flink.kubernetes.utils.KubernetesUtils;
import org.apache.flink.runtime.clusterframework.ContaineredTaskManagerParameters;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;

/**
 * A Kubernetes API that keeps what it is given and starts nothing, and Flink's own deployer, which
 * the operator calls in native mode.
 */
public final class TestingKubernetes implements AutoCloseable {
  /** It would tell of each request. Held, as loggers that nobody holds forget their level. */
  private static final Logger REQUESTS = Logger.getLogger(MockWebServer.class.getName());

  private final Path folder;
  private final KubernetesMockServer api;
  private final NamespacedKubernetesClient client;

  /**
   * Starts the API on a free port of this machine.
   *
   * @param folder for files that the deployer reads
   */
  public TestingKubernetes(Path folder) {
    this.folder = folder;
    REQUESTS.setLevel(Level.WARNING);
    api =
        new KubernetesMockServer(
            new Context(),
            new MockWebServer(),
            new HashMap<>(),
            new KubernetesCrudDispatcher(List.of()),
            false);
    api.init();
    client = api.createClient();
  }

  /** Deploys a FlinkDeployment, whose JobManager does not start. */
  public void deploy(JsonNode deployment) throws Exception {
    new ApplicationClusterDeployer(new DefaultClusterClientServiceLoader())
        .run(
            configuration(deployment),
            new ApplicationConfiguration(
                EffectiveConfiguration.arguments(deployment).toArray(String[]::new),
                deployment.at("/spec/job/entryClass").asText()));
  }

  /** Asks for the pod of a TaskManager, as the JobManager of what was deployed does. */
  public void startTaskManager(JsonNode deployment, String name) throws Exception {
    Configuration configuration = deployed(deployment);
    KubernetesTaskManagerParameters parameters =
        new KubernetesTaskManagerParameters(
            configuration,
            name,
            "",
            "",
            ContaineredTaskManagerParameters.create(
                configuration, TaskExecutorProcessUtils.processSpecFromConfig(configuration)),
            Map.of(),
            Set.of());
    try (FlinkKubeClient flink =
        FlinkKubeClientFactory.getInstance().fromConfiguration(configuration, "test")) {
      FlinkPod template =
          KubernetesUtils.loadPodFromTemplateFile(
              flink, folder.resolve("taskManager.yaml").toFile(), Constants.MAIN_CONTAINER_NAME);
      flink
          .createTaskManagerPod(
              KubernetesTaskManagerFactory.buildTaskManagerKubernetesPod(template, parameters))
          .get(30, TimeUnit.SECONDS);
    }
  }

  /** What the JobManager reads. */
  private Configuration deployed(JsonNode deployment) throws IOException {
    Path conf = Files.createDirectories(folder.resolve("deployed"));
    Files.writeString(
        conf.resolve("config.yaml"),
        client
            .configMaps()
            .inNamespace(deployment.at("/metadata/namespace").asText())
            .withName("flink-config-" + Manifests.name(deployment))
            .get()
            .getData()
            .get("config.yaml"));
    Configuration configuration = GlobalConfiguration.loadConfiguration(conf.toString());
    configuration.setString("kubernetes.config.file", kubeconfigFile());
    return configuration;
  }

  /** The file by which a client finds the API. */
  public String kubeconfigFile() throws IOException {
    return write("kubeconfig", kubeconfig());
  }

  private Configuration configuration(JsonNode deployment) throws IOException {
    Configuration configuration = EffectiveConfiguration.of(deployment);
    configuration.setString("kubernetes.config.file", kubeconfigFile());
    for (String process : List.of("jobManager", "taskManager")) {
      configuration.setString(
          "kubernetes.pod-template-file." + process.toLowerCase(Locale.ROOT),
          write(process + ".yaml", PodTemplates.of(deployment, process).toString()));
    }
    Path conf = Files.createDirectories(folder.resolve("conf"));
    for (Map.Entry<String, String> file :
        Manifests.texts(deployment.at("/spec/logConfiguration")).entrySet()) {
      Files.writeString(conf.resolve(file.getKey()), file.getValue());
    }
    configuration.setString("$internal.deployment.config-dir", conf.toString());
    OperatorStores.use(configuration, folder);
    return configuration;
  }

  /** A client of the API. */
  public NamespacedKubernetesClient client() {
    return client;
  }

  @Override
  public void close() {
    client.close();
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
