package io.sluice.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What kustomize makes of the overlays. */
class KustomizeTest {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{(\\w+)}");

  /** What the README tells to put into the secret. */
  private static final Set<String> SECRET = Set.of("SLUICE_REDIS", "SLUICE_JDBC");

  @ParameterizedTest
  @FieldSource("io.sluice.k8s.Overlay#NAMES")
  void eachOverlayIsWhole(String name) throws Exception {
    Overlay overlay = Overlay.of(name);
    assertThat(overlay.resources())
        .extracting(Manifests::kind)
        .containsExactlyInAnyOrder(
            "Namespace",
            "ServiceAccount",
            "Role",
            "RoleBinding",
            "ConfigMap",
            "ConfigMap",
            "ConfigMap",
            "FlinkDeployment",
            "CronJob",
            "CronJob",
            "NetworkPolicy",
            "NetworkPolicy",
            "NetworkPolicy",
            "PodDisruptionBudget",
            "PodMonitor",
            "PrometheusRule");
    String namespace = "sluice-" + name;
    for (ObjectNode resource : overlay.resources()) {
      boolean itself = Manifests.kind(resource).equals("Namespace");
      assertThat(resource.at(itself ? "/metadata/name" : "/metadata/namespace").asText())
          .isEqualTo(namespace);
    }
    assertThat(overlay.only("RoleBinding").at("/subjects/0/namespace").asText())
        .isEqualTo(namespace);
    assertThat(overlay.only("Namespace").at("/metadata/labels").toString())
        .contains("\"pod-security.kubernetes.io/enforce\":\"restricted\"");
  }

  /** A changed file has another name, so that the operator sees a changed job. */
  @ParameterizedTest
  @FieldSource("io.sluice.k8s.Overlay#NAMES")
  void theJobMountsTheFilesOfTheRepository(String name) throws Exception {
    Overlay overlay = Overlay.of(name);
    JsonNode sources =
        overlay.deployment().at("/spec/podTemplate/spec/volumes/0/projected/sources");
    assertThat(sources).hasSize(2);
    assertFiles(overlay, sources.get(0), "flink-jobs/pipelines", "market-risk.yaml");
    assertFiles(overlay, sources.get(1), "schemas/market-risk", "trades.avsc", "trades.odcs.yaml");
  }

  /** Every dataset of the pipeline's domain is in the ConfigMap. */
  @Test
  void noFileOfTheDatasetsIsForgotten() throws Exception {
    Set<String> there;
    try (var files = Files.list(Manifests.REPOSITORY.resolve("schemas/market-risk"))) {
      there =
          files
              .filter(Files::isRegularFile)
              .map(file -> file.getFileName().toString())
              .filter(file -> file.endsWith(".avsc") || file.endsWith(".odcs.yaml"))
              .collect(Collectors.toSet());
    }
    assertThat(Manifests.texts(configMap(Overlay.of("prod"), "market-risk-datasets").get("data")))
        .containsOnlyKeys(there);
  }

  /** The pipeline's variables are addresses, or in the secret that the pods refer to. */
  @ParameterizedTest
  @FieldSource("io.sluice.k8s.Overlay#NAMES")
  void eachVariableOfThePipelineIsSet(String name) throws Exception {
    Overlay overlay = Overlay.of(name);
    Matcher variables =
        VARIABLE.matcher(
            configMap(overlay, "market-risk-pipeline").at("/data/market-risk.yaml").asText());
    Set<String> named = new TreeSet<>();
    while (variables.find()) {
      named.add(variables.group(1));
    }
    Map<String, String> addresses =
        Manifests.texts(configMap(overlay, "market-risk-addresses").get("data"));
    named.removeAll(addresses.keySet());
    assertThat(named).isEqualTo(SECRET);
    assertThat(Files.readString(Manifests.FOLDER.resolve("README.md"))).contains(SECRET);
    assertThat(addresses).doesNotContainKeys("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY");
    // Pods have no common disk.
    assertThat(addresses.get("SLUICE_LAKE")).startsWith("s3://sluice-" + name + "/");
    JsonNode environment = overlay.deployment().at("/spec/podTemplate/spec/containers/0/envFrom");
    assertThat(environment.at("/0/configMapRef/name").asText())
        .isEqualTo(Manifests.name(configMap(overlay, "market-risk-addresses")));
    assertThat(environment.at("/1/secretRef/name").asText()).isEqualTo("market-risk-credentials");
    assertThat(overlay.ofKind("Secret")).isEmpty();
  }

  @Test
  void prodHasAStandbyAndNoChangesByTheWebInterface() throws Exception {
    ObjectNode prod = Overlay.of("prod").deployment();
    assertThat(prod.at("/spec/jobManager/replicas").asInt()).isEqualTo(2);
    assertThat(Manifests.settings(prod))
        .containsEntry("web.submit.enable", "false")
        .containsEntry("web.cancel.enable", "false");
    assertThat(Overlay.of("staging").deployment().at("/spec/jobManager/replicas").asInt())
        .isEqualTo(2);
    assertThat(Overlay.of("dev").deployment().at("/spec/jobManager/replicas").asInt()).isEqualTo(1);
  }

  /** Overlays patch by path: a merge would replace the list of containers. */
  @ParameterizedTest
  @FieldSource("io.sluice.k8s.Overlay#NAMES")
  void noPatchLosesTheSecurityOfContainers(String name) throws Exception {
    JsonNode pod = Overlay.of(name).deployment().at("/spec/podTemplate/spec");
    assertThat(pod.at("/securityContext/runAsNonRoot").asBoolean()).isTrue();
    assertThat(pod.at("/containers/0/securityContext/capabilities/drop/0").asText())
        .isEqualTo("ALL");
    assertThat(pod.at("/containers/0/securityContext/allowPrivilegeEscalation"))
        .isEqualTo(BooleanNode.FALSE);
  }

  /** What is denied by default and let through by no policy, a job waits for. */
  @ParameterizedTest
  @FieldSource("io.sluice.k8s.Overlay#NAMES")
  void policiesLetTheAddressesThrough(String name) throws Exception {
    Overlay overlay = Overlay.of(name);
    assertThat(overlay.ofKind("NetworkPolicy"))
        .anySatisfy(
            policy -> {
              assertThat(policy.at("/spec/podSelector")).isEmpty();
              assertThat(policy.at("/spec/policyTypes")).hasSize(2);
              assertThat(policy.get("spec").has("ingress")).isFalse();
              assertThat(policy.get("spec").has("egress")).isFalse();
            });
    Set<String> open =
        overlay.ofKind("NetworkPolicy").stream()
            .flatMap(policy -> policy.at("/spec/egress").findValuesAsText("port").stream())
            .collect(Collectors.toSet());
    Map<String, String> addresses =
        Manifests.texts(configMap(overlay, "market-risk-addresses").get("data"));
    Matcher ports =
        Pattern.compile(":([0-9]+)")
            .matcher(addresses.get("SLUICE_KAFKA") + " " + addresses.get("SLUICE_REGISTRY"));
    Set<String> used = new TreeSet<>(Set.of("53", "443", "5432", "6379"));
    while (ports.find()) {
      used.add(ports.group(1));
    }
    assertThat(used).hasSize(6);
    assertThat(open).containsAll(used);
  }

  private static void assertFiles(Overlay overlay, JsonNode source, String folder, String... names)
      throws Exception {
    String configMap = source.at("/configMap/name").asText();
    assertThat(configMap).matches("market-risk-(pipeline|datasets)-[a-z0-9]{10}");
    JsonNode data =
        overlay.ofKind("ConfigMap").stream()
            .filter(each -> Manifests.name(each).equals(configMap))
            .findFirst()
            .orElseThrow()
            .get("data");
    assertThat(Manifests.texts(data)).containsOnlyKeys(names);
    for (String name : names) {
      Path file = Manifests.REPOSITORY.resolve(folder).resolve(name);
      assertThat(data.get(name).asText()).isEqualTo(Files.readString(file));
    }
  }

  static ObjectNode configMap(Overlay overlay, String name) {
    List<ObjectNode> found =
        overlay.ofKind("ConfigMap").stream()
            .filter(each -> Manifests.name(each).startsWith(name + "-"))
            .toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }
}
