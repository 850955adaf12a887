package io.sluice.k8s.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.k8s.EffectiveConfiguration;
import io.sluice.k8s.Manifests;
import io.sluice.k8s.Overlay;
import io.sluice.k8s.PodTemplates;
import io.sluice.k8s.Rendered;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** The chart with an example and the overlay of its name run the same job. */
class HelmKustomizeParityTest {
  /** Settings that only the chart has, but for prod, with the reason. */
  private static final Map<String, String> OUTSIDE_OF_PROD =
      Map.of(
          "web.submit.enable",
          "Charts are secure by default; the overlays leave Flink's default, which prod changes.",
          "web.cancel.enable",
          "As web.submit.enable. The operator turns it off anyway.");

  @ParameterizedTest
  @FieldSource("io.sluice.k8s.chart.Chart#EXAMPLES")
  void settingsAreTheSame(String name) throws Exception {
    Rendered overlay = Overlay.of(name).rendered();
    Rendered chart = Chart.example(name);
    Map<String, String> ofOverlay = new TreeMap<>(Manifests.settings(overlay.deployment()));
    Map<String, String> ofChart = new TreeMap<>(Manifests.settings(chart.deployment()));
    Set<String> differences = new TreeSet<>(ofOverlay.keySet());
    differences.addAll(ofChart.keySet());
    differences.removeIf(
        key -> ofOverlay.containsKey(key) && ofOverlay.get(key).equals(ofChart.get(key)));
    assertThat(differences).isEqualTo(name.equals("prod") ? Set.of() : OUTSIDE_OF_PROD.keySet());
  }

  /** With what the operator adds. */
  @Test
  void theConfigurationOfProdIsTheSame() throws Exception {
    assertThat(EffectiveConfiguration.of(Chart.example("prod").deployment()))
        .isEqualTo(EffectiveConfiguration.of(Overlay.of("prod").rendered().deployment()));
  }

  /** All of the resource but what is compared by other tests here. */
  @ParameterizedTest
  @FieldSource("io.sluice.k8s.chart.Chart#EXAMPLES")
  void theRestOfTheDeploymentIsTheSame(String name) throws Exception {
    Rendered overlay = Overlay.of(name).rendered();
    Rendered chart = Chart.example(name);
    assertThat(rest(chart.deployment())).isEqualTo(rest(overlay.deployment()));
    assertThat(chart.deployment().at("/metadata/name"))
        .isEqualTo(overlay.deployment().at("/metadata/name"));
  }

  private static JsonNode rest(ObjectNode deployment) {
    ObjectNode spec = (ObjectNode) deployment.get("spec");
    spec.remove(List.of("flinkConfiguration", "podTemplate"));
    ((ObjectNode) spec.get("jobManager")).remove("podTemplate");
    ((ObjectNode) spec.get("taskManager")).remove("podTemplate");
    return spec;
  }

  /** After the operator's merge; ConfigMaps by what they hold, as their names are hashes. */
  @ParameterizedTest
  @FieldSource("io.sluice.k8s.chart.Chart#EXAMPLES")
  void podsAreTheSame(String name) throws Exception {
    for (String process : List.of("jobManager", "taskManager")) {
      ObjectNode ofChart = pod(Chart.example(name), process);
      assertThat(ofChart).isEqualTo(pod(Overlay.of(name).rendered(), process));
      assertThat(ofChart.at("/spec/containers/0/envFrom")).hasSize(2);
      assertThat(ofChart.at("/spec/volumes/0/projected/sources/0/files")).hasSize(3);
    }
  }

  private static ObjectNode pod(Rendered rendered, String process) {
    ObjectNode pod = PodTemplates.of(rendered.deployment(), process);
    for (JsonNode source : pod.at("/spec/containers/0/envFrom")) {
      if (source.has("configMapRef")) {
        ((ObjectNode) source)
            .set("configMapRef", data(rendered, source.at("/configMapRef/name").asText()));
      }
    }
    ObjectNode files = Manifests.YAML.createObjectNode();
    ArrayNode sources = (ArrayNode) pod.at("/spec/volumes/0/projected/sources");
    for (JsonNode source : sources) {
      files.setAll((ObjectNode) data(rendered, source.at("/configMap/name").asText()));
    }
    sources.removeAll().addObject().set("files", files);
    return pod;
  }

  private static JsonNode data(Rendered rendered, String configMap) {
    return rendered.ofKind("ConfigMap").stream()
        .filter(each -> Manifests.name(each).equals(configMap))
        .findFirst()
        .orElseThrow()
        .get("data");
  }

  /** Names, and all but metadata; labels and annotations belong to the tool. */
  @ParameterizedTest
  @FieldSource("io.sluice.k8s.chart.Chart#EXAMPLES")
  void otherResourcesAreTheSame(String name) throws Exception {
    for (String kind : kinds(Chart.example(name))) {
      if (!kind.equals("FlinkDeployment") && !kind.equals("ConfigMap")) {
        assertThat(byName(Chart.example(name), kind))
            .as(kind)
            .isEqualTo(byName(Overlay.of(name).rendered(), kind));
      }
    }
  }

  private static Map<String, JsonNode> byName(Rendered rendered, String kind) {
    Map<String, JsonNode> resources = new LinkedHashMap<>();
    for (ObjectNode resource : rendered.ofKind(kind)) {
      ObjectNode rest = resource.deepCopy();
      rest.remove("metadata");
      resources.put(Manifests.name(resource), withoutHashes(rest));
    }
    return resources;
  }

  /** ConfigMaps are called by a name and a hash, which each tool makes in its own way. */
  private static ObjectNode withoutHashes(ObjectNode resource) {
    for (JsonNode reference : resource.findValues("configMapRef")) {
      String name = reference.get("name").asText();
      ((ObjectNode) reference).put("name", name.replaceFirst("-[a-z0-9]{10}$", ""));
    }
    return resource;
  }

  /** Helm does not make the namespace: {@code --create-namespace} could not label it. */
  @Test
  void onlyTheOverlayMakesTheNamespace() throws Exception {
    Set<String> kinds = kinds(Overlay.of("prod").rendered());
    assertThat(kinds).containsAll(kinds(Chart.example("prod")));
    kinds.removeAll(kinds(Chart.example("prod")));
    assertThat(kinds).containsExactly("Namespace");
  }

  /** A file of {@code k8s/dashboards} each, which kustomize puts into one ConfigMap. */
  @Test
  void dashboardsAreTheSame() throws Exception {
    JsonNode kustomization =
        Manifests.YAML.readTree(
            Manifests.REPOSITORY.resolve("k8s/dashboards/kustomization.yaml").toFile());
    JsonNode generator = kustomization.at("/configMapGenerator/0");
    Map<String, String> ofChart = new TreeMap<>();
    for (ObjectNode resource : Chart.everything().ofKind("ConfigMap")) {
      if (resource.at("/metadata/labels").has("grafana_dashboard")) {
        assertThat(Manifests.texts(resource.at("/metadata/labels")))
            .containsAllEntriesOf(Manifests.texts(generator.at("/options/labels")));
        assertThat(resource.get("data")).hasSize(1);
        ofChart.putAll(Manifests.texts(resource.get("data")));
      }
    }
    assertThat(generator.get("files")).hasSameSizeAs(ofChart.keySet());
    for (JsonNode file : generator.get("files")) {
      assertThat(ofChart.get(file.asText()))
          .as(file.asText())
          .isEqualTo(
              Files.readString(
                  Manifests.REPOSITORY.resolve("k8s/dashboards").resolve(file.asText())));
    }
  }

  private static Set<String> kinds(Rendered rendered) {
    return rendered.resources().stream()
        .map(Manifests::kind)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
