package io.sluice.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.NamespacedKubernetesClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What Flink's own deployer makes of the overlays. */
@Timeout(60)
class DeployTest {
  private static final String NAME = "market-risk";

  @TempDir private Path folder;

  @ParameterizedTest
  @FieldSource("io.sluice.k8s.Overlay#NAMES")
  void theJobManagerRunsAsTheOverlaySays(String overlay) throws Exception {
    ObjectNode deployment = Overlay.of(overlay).deployment();
    try (TestingKubernetes kubernetes = new TestingKubernetes(folder)) {
      NamespacedKubernetesClient client = kubernetes.client();
      kubernetes.deploy(deployment);
      Deployment made = deployed(client, overlay);
      assertThat(made.getSpec().getReplicas())
          .isEqualTo(deployment.at("/spec/jobManager/replicas").asInt());
      PodSpec pod = made.getSpec().getTemplate().getSpec();
      assertThat(pod.getServiceAccountName()).isEqualTo("flink");
      assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
      assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(9999);
      assertThat(pod.getSecurityContext().getSeccompProfile().getType())
          .isEqualTo("RuntimeDefault");
      assertThat(pod.getAffinity().getPodAntiAffinity()).isNotNull();
      assertThat(pod.getContainers()).hasSize(1);
      assertContainer(pod.getContainers().get(0), deployment);
      assertDefinitions(pod, deployment);
    }
  }

  @Test
  void theConfigurationReachesFlink() throws Exception {
    ObjectNode deployment = Overlay.of("prod").deployment();
    try (TestingKubernetes kubernetes = new TestingKubernetes(folder)) {
      NamespacedKubernetesClient client = kubernetes.client();
      kubernetes.deploy(deployment);
      ConfigMap made =
          client.configMaps().inNamespace("sluice-prod").withName("flink-config-" + NAME).get();
      assertThat(made.getData())
          .containsAllEntriesOf(Manifests.texts(deployment.at("/spec/logConfiguration")));
      Path conf = Files.createDirectories(folder.resolve("read"));
      Files.writeString(conf.resolve("config.yaml"), made.getData().get("config.yaml"));
      Configuration read = GlobalConfiguration.loadConfiguration(conf.toString());
      Map<String, String> meant = EffectiveConfiguration.of(deployment).toMap();
      meant.keySet().removeAll(OperatorStores.MOUNTED.keySet());
      assertThat(read.toMap())
          .containsAllEntriesOf(meant)
          .containsEntry("$internal.application.main", "io.sluice.job.Main")
          .doesNotContainKey("kubernetes.operator.periodic.savepoint.interval");
    }
  }

  /** Who watches, guards or talks to the pods finds them by the labels that Flink gives them. */
  @Test
  void selectorsFindThePods() throws Exception {
    Overlay prod = Overlay.of("prod");
    try (TestingKubernetes kubernetes = new TestingKubernetes(folder)) {
      NamespacedKubernetesClient client = kubernetes.client();
      kubernetes.deploy(prod.deployment());
      Map<String, String> labels =
          deployed(client, "prod").getSpec().getTemplate().getMetadata().getLabels();
      assertThat(labels)
          .containsAllEntriesOf(labels(prod.only("PodDisruptionBudget"), "/spec/selector"))
          .containsAllEntriesOf(labels(prod.only("PodMonitor"), "/spec/selector"));
      List<Map<String, String>> pods = new ArrayList<>(List.of(labels));
      for (ObjectNode job : prod.ofKind("CronJob")) {
        pods.add(Manifests.texts(job.at("/spec/jobTemplate/spec/template/metadata/labels")));
      }
      for (ObjectNode policy : prod.ofKind("NetworkPolicy")) {
        Map<String, String> selected = labels(policy, "/spec/podSelector");
        assertThat(pods)
            .as(Manifests.name(policy))
            .anyMatch(pod -> pod.entrySet().containsAll(selected.entrySet()));
      }
      JsonNode affinity =
          prod.deployment()
              .at(
                  "/spec/jobManager/podTemplate/spec/affinity/podAntiAffinity/preferredDuringSchedulingIgnoredDuringExecution/0/podAffinityTerm");
      assertThat(labels).containsAllEntriesOf(labels(affinity, "/labelSelector"));
    }
  }

  @Test
  void restIsReachedWithinTheClusterOnly() throws Exception {
    try (TestingKubernetes kubernetes = new TestingKubernetes(folder)) {
      NamespacedKubernetesClient client = kubernetes.client();
      kubernetes.deploy(Overlay.of("prod").deployment());
      Service rest = client.services().inNamespace("sluice-prod").withName(NAME + "-rest").get();
      assertThat(rest.getSpec().getType()).isEqualTo("ClusterIP");
      assertThat(rest.getSpec().getPorts()).extracting(ServicePort::getPort).containsExactly(8081);
    }
  }

  private static Deployment deployed(NamespacedKubernetesClient client, String overlay) {
    return client.apps().deployments().inNamespace("sluice-" + overlay).withName(NAME).get();
  }

  private static void assertContainer(Container container, JsonNode deployment) {
    assertThat(container.getName()).isEqualTo("flink-main-container");
    assertThat(container.getImage()).isEqualTo(deployment.at("/spec/image").asText());
    assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(container.getPorts())
        .filteredOn(port -> "metrics".equals(port.getName()))
        .extracting(ContainerPort::getContainerPort)
        .containsExactly(9249);
    assertThat(container.getPorts()).extracting(ContainerPort::getContainerPort).contains(8081);
    assertThat(container.getEnvFrom())
        .filteredOn(source -> source.getSecretRef() != null)
        .extracting(source -> source.getSecretRef().getName())
        .containsExactly("market-risk-credentials");
    assertThat(container.getEnvFrom())
        .extracting(EnvFromSource::getConfigMapRef)
        .anyMatch(map -> map != null && map.getName().startsWith("market-risk-addresses-"));
    Quantity memory = container.getResources().getLimits().get("memory");
    String size = deployment.at("/spec/jobManager/resource/memory").asText();
    assertThat(memory).isEqualTo(new Quantity(size.replace("m", "Mi")));
    assertThat(container.getResources().getRequests()).containsEntry("memory", memory);
  }

  private static void assertDefinitions(PodSpec pod, JsonNode deployment) {
    List<String> sources =
        pod.getVolumes().stream()
            .filter(volume -> volume.getName().equals("definitions"))
            .map(Volume::getProjected)
            .flatMap(projected -> projected.getSources().stream())
            .map(source -> source.getConfigMap().getName())
            .toList();
    assertThat(sources).hasSize(2).allMatch(name -> name.matches("market-risk-.*-[a-z0-9]{10}"));
    String folder =
        pod.getContainers().get(0).getVolumeMounts().stream()
            .filter(mount -> mount.getName().equals("definitions"))
            .map(VolumeMount::getMountPath)
            .findFirst()
            .orElseThrow();
    assertThat(EffectiveConfiguration.arguments(deployment))
        .contains("--definitions", folder, folder + "/market-risk.yaml");
  }

  private static Map<String, String> labels(JsonNode resource, String selector) {
    return Manifests.texts(resource.at(selector).path("matchLabels"));
  }
}
