package io.sluice.k8s.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import io.sluice.k8s.Manifests;
import io.sluice.k8s.Rendered;
import io.sluice.k8s.RestrictedPod;
import io.sluice.k8s.TestingKubernetes;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The pods that Flink asks for when it is deployed as the chart says. */
@Timeout(60)
class ChartPodsTest {
  private static final String NAMESPACE = "sluice-prod";
  private static final String TASK_MANAGER = "market-risk-taskmanager-1-1";

  @TempDir private Path folder;

  @Test
  void areRestrictedAndFoundBySelectors() throws Exception {
    Rendered rendered = Chart.example("prod");
    try (TestingKubernetes kubernetes = running(rendered.deployment())) {
      PodTemplateSpec jobManager = jobManager(kubernetes.client());
      Pod taskManager = taskManager(kubernetes.client());
      assertThat(RestrictedPod.problems(jobManager.getSpec())).isEmpty();
      assertThat(RestrictedPod.problems(taskManager.getSpec())).isEmpty();
      for (Map<String, String> labels :
          List.of(jobManager.getMetadata().getLabels(), taskManager.getMetadata().getLabels())) {
        assertThat(labels).containsAllEntriesOf(selector(rendered.only("PodMonitor"), "/selector"));
        for (ObjectNode policy : rendered.ofKind("NetworkPolicy")) {
          if (Manifests.name(policy).endsWith("-maintenance")) {
            continue;
          }
          assertThat(labels).containsAllEntriesOf(selector(policy, "/podSelector"));
        }
      }
      assertThat(jobManager.getMetadata().getLabels())
          .containsAllEntriesOf(selector(rendered.only("PodDisruptionBudget"), "/selector"));
    }
  }

  /** A pod template of the values adds to what the chart says, and takes nothing away. */
  @Test
  void haveWhatThePodTemplateAdds() throws Exception {
    try (TestingKubernetes kubernetes = running(Chart.everything().deployment())) {
      PodTemplateSpec jobManager = jobManager(kubernetes.client());
      assertThat(RestrictedPod.problems(jobManager.getSpec())).isEmpty();
      assertThat(jobManager.getMetadata().getAnnotations()).containsEntry("team", "risk");
      PodSpec taskManager = taskManager(kubernetes.client()).getSpec();
      assertThat(RestrictedPod.problems(taskManager)).isEmpty();
      assertThat(taskManager.getNodeSelector()).containsEntry("pool", "large");
      assertThat(jobManager.getSpec().getNodeSelector()).containsEntry("pool", "small");
      assertThat(taskManager.getContainers())
          .extracting(Container::getName)
          .containsExactlyInAnyOrder("flink-main-container", "proxy");
      assertMainContainer(
          taskManager.getContainers().stream()
              .filter(each -> each.getName().equals("flink-main-container"))
              .findFirst()
              .orElseThrow());
    }
  }

  private static void assertMainContainer(Container main) {
    assertThat(main.getImage()).startsWith("images.example.com:5000/sluice/sluice@sha256:");
    assertThat(main.getEnv()).extracting(EnvVar::getName).contains("ENVIRONMENT");
    assertThat(main.getVolumeMounts())
        .extracting(VolumeMount::getMountPath)
        .contains("/scratch", "/opt/sluice/market-risk");
    assertThat(main.getPorts()).extracting(ContainerPort::getContainerPort).contains(9250);
    assertThat(main.getEnvFrom())
        .extracting(EnvFromSource::getSecretRef)
        .filteredOn(secret -> secret != null)
        .extracting(secret -> secret.getName())
        .containsExactly("market-risk-credentials", "object-store");
  }

  private TestingKubernetes running(ObjectNode deployment) throws Exception {
    TestingKubernetes kubernetes = new TestingKubernetes(folder);
    try {
      kubernetes.deploy(deployment);
      kubernetes.startTaskManager(deployment, TASK_MANAGER);
      return kubernetes;
    } catch (Exception e) {
      kubernetes.close();
      throw e;
    }
  }

  private static PodTemplateSpec jobManager(NamespacedKubernetesClient client) {
    return client
        .apps()
        .deployments()
        .inNamespace(NAMESPACE)
        .withName("market-risk")
        .get()
        .getSpec()
        .getTemplate();
  }

  private static Pod taskManager(NamespacedKubernetesClient client) {
    return client.pods().inNamespace(NAMESPACE).withName(TASK_MANAGER).get();
  }

  private static Map<String, String> selector(ObjectNode resource, String pointer) {
    return Manifests.texts(resource.at("/spec" + pointer).path("matchLabels"));
  }
}
