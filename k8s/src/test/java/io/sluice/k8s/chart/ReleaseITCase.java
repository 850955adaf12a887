package io.sluice.k8s.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.UpgradeCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What Helm does to a cluster in the life of a release. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReleaseITCase {
  private static final String NAMESPACE = "sluice-prod";
  private static final String TWELVE = "pipelines: {market-risk: {job: {parallelism: 12}}}";

  @TempDir private Path folder;
  private TestingCluster cluster;
  private Path kubeconfig;

  @BeforeEach
  void start() throws IOException {
    cluster = new TestingCluster();
    kubeconfig = cluster.kubeconfig(folder);
  }

  @AfterEach
  void stop() {
    cluster.close();
  }

  @Test
  void jobsOutliveAReleaseThatMeansToKeepThem() throws Exception {
    deploy("pipelines: {fx: {definitionsFrom: [fx-1]}}");
    Set<String> former = cluster.ofKind("ConfigMap").keySet();
    JsonNode first = deployment("market-risk");
    assertThatThrownBy(() -> deploy("pipelines: {market-risk: {image: {tag: latest}}}"))
        .hasMessageContaining("image.tag is latest");
    assertThat(deployment("market-risk")).isEqualTo(first);

    deployEdited();
    assertThat(cluster.ofKind("ConfigMap").keySet()).containsAll(former).hasSize(3);
    assertThat(deployment("market-risk").toString()).contains(newDefinitions(former));
    assertThat(cluster.ofKind("PodMonitor")).containsOnlyKeys("market-risk");
    JsonNode ofRemovedEntry = deployment("fx");
    assertThat(ofRemovedEntry).isNotNull();

    JsonNode running = deployment("market-risk");
    Helm.uninstall("sluice").withNamespace(NAMESPACE).withKubeConfig(kubeconfig).call();
    assertThat(deployment("market-risk")).isEqualTo(running);
    assertThat(deployment("fx")).isEqualTo(ofRemovedEntry);
    assertThat(cluster.ofKind("ConfigMap")).hasSize(3);
    for (String kind : List.of("ServiceAccount", "Role", "RoleBinding")) {
      assertThat(cluster.ofKind(kind)).as(kind).containsKey("flink");
    }
    assertThat(cluster.ofKind("NetworkPolicy")).containsOnlyKeys("fx", "market-risk");
    assertThat(cluster.ofKind("PodMonitor")).isEmpty();
    assertThat(cluster.ofKind("Secret")).as("releases").isEmpty();
  }

  /** Helm would say that it was deployed, and leave what was there before. */
  @Test
  void aJobThatWasLeftIsTakenOverAsItIsOrNotAtAll() throws Exception {
    deploy("");
    Helm.uninstall("sluice").withNamespace(NAMESPACE).withKubeConfig(kubeconfig).call();
    JsonNode left = deployment("market-risk");
    assertThatThrownBy(() -> deploy(TWELVE))
        .hasMessageContaining(
            "pipelines.market-risk: the FlinkDeployment is there already and has another job, which Helm would leave as it is.");
    assertThat(deployment("market-risk")).isEqualTo(left);
    deploy("");
    assertThatThrownBy(() -> upgrade(TWELVE).withName("other").call())
        .hasMessageContaining("annotation validation error")
        .hasMessageContaining("sluice");
    deploy(TWELVE);
    assertThat(deployment("market-risk").at("/spec/job/parallelism").asInt()).isEqualTo(12);
  }

  @Test
  void withoutKeepingAnUninstallDeletesAll() throws Exception {
    deploy("keepOnUninstall: false");
    Helm.uninstall("sluice").withNamespace(NAMESPACE).withKubeConfig(kubeconfig).call();
    for (String kind : List.of("FlinkDeployment", "ConfigMap", "ServiceAccount", "Role")) {
      assertThat(cluster.ofKind(kind)).as(kind).isEmpty();
    }
  }

  private void deployEdited() throws IOException {
    String key = "pipelines.market-risk.definitions.trades\\.avsc";
    Path edited = folder.resolve("trades.avsc");
    Files.writeString(edited, Files.readString(Chart.shippedFiles().get(key)) + "\n");
    upgrade("").setFile(key, edited).call();
  }

  private String newDefinitions(Set<String> former) {
    return cluster.ofKind("ConfigMap").keySet().stream()
        .filter(name -> name.startsWith("market-risk-definitions-") && !former.contains(name))
        .findFirst()
        .orElseThrow();
  }

  private JsonNode deployment(String name) {
    return cluster.ofKind("FlinkDeployment").get(name);
  }

  private void deploy(String values) throws IOException {
    upgrade(values).call();
  }

  /** The command of the README, for prod. */
  private UpgradeCommand upgrade(String values) throws IOException {
    UpgradeCommand command =
        new Helm(Chart.FOLDER)
            .upgrade()
            .install()
            .withName("sluice")
            .withNamespace(NAMESPACE)
            .withKubeConfig(kubeconfig)
            .disableOpenApiValidation()
            .withValuesFile(Chart.FOLDER.resolve("examples/prod.yaml"))
            .withValuesFile(Files.writeString(folder.resolve("values.yaml"), values));
    Chart.shippedFiles().forEach(command::setFile);
    return command;
  }
}
