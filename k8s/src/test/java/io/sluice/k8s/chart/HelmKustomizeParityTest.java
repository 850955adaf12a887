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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The chart with its example for prod and the overlay prod run the same job. */
class HelmKustomizeParityTest {
  /** Settings that only one of the two has, with the reason. */
  private static final Map<String, String> DIFFERENT =
      Map.of(
          "kubernetes.container.image.pull-policy",
          "The chart has a value for it, as charts do; it is Flink's default.");

  private Rendered overlay;
  private Rendered chart;

  @BeforeEach
  void render() throws Exception {
    overlay = Overlay.of("prod").rendered();
    chart = Chart.example("prod");
  }

  @Test
  void settingsAreTheSame() {
    Map<String, String> ofOverlay = new TreeMap<>(Manifests.settings(overlay.deployment()));
    Map<String, String> ofChart = new TreeMap<>(Manifests.settings(chart.deployment()));
    Set<String> differences = new TreeSet<>(ofOverlay.keySet());
    differences.addAll(ofChart.keySet());
    differences.removeIf(
        key -> ofOverlay.containsKey(key) && ofOverlay.get(key).equals(ofChart.get(key)));
    assertThat(differences).isEqualTo(DIFFERENT.keySet());
    Map<String, String> effective =
        new TreeMap<>(EffectiveConfiguration.of(chart.deployment()).toMap());
    assertThat(effective.remove("kubernetes.container.image.pull-policy"))
        .isEqualTo("IfNotPresent");
    assertThat(effective)
        .isEqualTo(new TreeMap<>(EffectiveConfiguration.of(overlay.deployment()).toMap()));
  }

  /** All of the resource but what is compared by other tests here. */
  @Test
  void theRestOfTheDeploymentIsTheSame() {
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
  @ValueSource(strings = {"jobManager", "taskManager"})
  void podsAreTheSame(String process) {
    ObjectNode ofChart = pod(chart, process);
    ObjectNode ofOverlay = pod(overlay, process);
    assertThat(ofChart).isEqualTo(ofOverlay);
    assertThat(ofChart.at("/spec/containers/0/envFrom")).hasSize(2);
    assertThat(ofChart.at("/spec/volumes/0/projected/sources/0/files")).hasSize(3);
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
  @ValueSource(
      strings = {
        "ServiceAccount",
        "Role",
        "RoleBinding",
        "NetworkPolicy",
        "PodDisruptionBudget",
        "PodMonitor"
      })
  void otherResourcesAreTheSame(String kind) {
    assertThat(byName(chart, kind)).isNotEmpty().isEqualTo(byName(overlay, kind));
  }

  private static Map<String, JsonNode> byName(Rendered rendered, String kind) {
    Map<String, JsonNode> resources = new LinkedHashMap<>();
    for (ObjectNode resource : rendered.ofKind(kind)) {
      ObjectNode rest = resource.deepCopy();
      rest.remove("metadata");
      resources.put(Manifests.name(resource), rest);
    }
    return resources;
  }

  /** Helm does not make the namespace: {@code --create-namespace} could not label it. */
  @Test
  void onlyTheOverlayMakesTheNamespace() {
    Set<String> kinds = new HashSet<>(kinds(overlay));
    kinds.removeAll(kinds(chart));
    assertThat(kinds).containsExactly("Namespace");
    assertThat(kinds(overlay)).containsAll(kinds(chart));
  }

  private static List<String> kinds(Rendered rendered) {
    return new ArrayList<>(rendered.resources().stream().map(Manifests::kind).toList());
  }
}
