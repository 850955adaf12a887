package io.sluice.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The pods of both processes, as Flink asks for them. */
@Timeout(60)
class PodsTest {
  private static final String TASK_MANAGER = "market-risk-taskmanager-1-1";

  @TempDir private Path folder;

  @ParameterizedTest
  @FieldSource("io.sluice.k8s.Overlay#NAMES")
  void areTakenByARestrictedNamespace(String overlay) throws Exception {
    ObjectNode deployment = Overlay.of(overlay).deployment();
    try (TestingKubernetes kubernetes = running(deployment)) {
      NamespacedKubernetesClient client = kubernetes.client();
      assertThat(RestrictedPod.problems(jobManager(client, overlay))).isEmpty();
      assertThat(RestrictedPod.problems(taskManager(client, overlay).getSpec())).isEmpty();
    }
  }

  /** Kubernetes would refuse it, with the JobManager waiting for it. */
  @Test
  void withoutTheirSecurityAreNot() throws Exception {
    ObjectNode deployment = Overlay.of("prod").deployment();
    ObjectNode pod = (ObjectNode) deployment.at("/spec/podTemplate/spec");
    pod.remove("securityContext");
    ((ObjectNode) pod.at("/containers/0")).remove("securityContext");
    try (TestingKubernetes kubernetes = running(deployment)) {
      NamespacedKubernetesClient client = kubernetes.client();
      assertThat(RestrictedPod.problems(taskManager(client, "prod").getSpec()))
          .isEqualTo(RestrictedPod.problems(jobManager(client, "prod")))
          .containsExactly(
              "The pod may run as root.",
              "The pod has no seccomp profile.",
              "flink-main-container may gain privileges.",
              "flink-main-container has capabilities.");
    }
  }

  @ParameterizedTest
  @FieldSource("io.sluice.k8s.Overlay#NAMES")
  void ofTaskManagersAreAsTheOverlaySays(String overlay) throws Exception {
    ObjectNode deployment = Overlay.of(overlay).deployment();
    try (TestingKubernetes kubernetes = running(deployment)) {
      NamespacedKubernetesClient client = kubernetes.client();
      Pod pod = taskManager(client, overlay);
      assertThat(pod.getMetadata().getLabels())
          .containsEntry("app", "market-risk")
          .containsEntry("component", "taskmanager")
          .containsAllEntriesOf(
              Manifests.texts(
                  Overlay.of(overlay).only("PodMonitor").at("/spec/selector/matchLabels")))
          .containsAllEntriesOf(
              pod.getSpec()
                  .getTopologySpreadConstraints()
                  .get(0)
                  .getLabelSelector()
                  .getMatchLabels());
      Container container = pod.getSpec().getContainers().get(0);
      String size = deployment.at("/spec/taskManager/resource/memory").asText();
      assertThat(container.getResources().getLimits())
          .containsEntry("memory", new Quantity(size.replace("m", "Mi")));
      assertThat(container.getPorts()).extracting(ContainerPort::getContainerPort).contains(9249);
      // Secrets are resolved where the tasks run.
      assertThat(container.getEnvFrom()).hasSize(2);
      assertThat(container.getVolumeMounts())
          .extracting(VolumeMount::getMountPath)
          .contains("/opt/sluice/market-risk");
      assertThat(pod.getMetadata().getOwnerReferences().get(0).getName()).isEqualTo("market-risk");
    }
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

  private static PodSpec jobManager(NamespacedKubernetesClient client, String overlay) {
    return client
        .apps()
        .deployments()
        .inNamespace("sluice-" + overlay)
        .withName("market-risk")
        .get()
        .getSpec()
        .getTemplate()
        .getSpec();
  }

  private static Pod taskManager(NamespacedKubernetesClient client, String overlay) {
    return client.pods().inNamespace("sluice-" + overlay).withName(TASK_MANAGER).get();
  }
}
