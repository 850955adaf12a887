package io.sluice.k8s.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sluice.k8s.Manifests;
import io.sluice.testkit.prometheus.MonitoringTool;
import io.sluice.testkit.tool.ToolCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The dashboards ask for metrics that there are, in the language of Prometheus. No Grafana is
 * asked.
 */
class DashboardsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper YAML = new YAMLMapper();
  private static final Path FOLDER = Manifests.REPOSITORY.resolve("k8s/dashboards");
  private static final int WIDTH = 24;

  @TempDir private Path folder;

  static List<String> dashboards() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".json"))
          .sorted()
          .toList();
    }
  }

  private static JsonNode dashboard(String name) throws IOException {
    return JSON.readTree(FOLDER.resolve(name).toFile());
  }

  private static List<String> expressions(JsonNode dashboard) {
    return dashboard.findValuesAsText("expr");
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void eachMetricIsInTheReference(String name) throws IOException {
    Set<String> used = new TreeSet<>();
    expressions(dashboard(name)).forEach(expr -> used.addAll(MetricsPage.usedBy(expr)));
    assertThat(used).hasSizeGreaterThan(4).isSubsetOf(MetricsPage.names());
  }

  @ParameterizedTest
  @MethodSource("dashboards")
  void eachPanelCanBeFilteredAndHasItsPlace(String name) throws IOException {
    JsonNode dashboard = dashboard(name);
    assertThat(name).isEqualTo(dashboard.get("uid").asText() + ".json");
    assertThat(dashboard.at("/templating/list").findValuesAsText("name"))
        .contains("datasource", "namespace", "pipeline");
    assertThat(expressions(dashboard))
        .allSatisfy(
            expr ->
                assertThat(expr).contains("namespace=~\"$namespace\", job_name=~\"$pipeline\""));
    Set<String> taken = new HashSet<>();
    Set<Integer> ids = new HashSet<>();
    for (JsonNode panel : dashboard.get("panels")) {
      assertThat(ids.add(panel.get("id").asInt())).isTrue();
      assertThat(panel.get("title").asText()).isNotBlank();
      assertThat(panel.at("/fieldConfig/defaults/unit").asText()).isNotBlank();
      JsonNode at = panel.get("gridPos");
      assertThat(at.get("x").asInt() + at.get("w").asInt()).isLessThanOrEqualTo(WIDTH);
      for (int x = 0; x < at.get("w").asInt(); x++) {
        for (int y = 0; y < at.get("h").asInt(); y++) {
          String cell = (at.get("x").asInt() + x) + "/" + (at.get("y").asInt() + y);
          assertThat(taken.add(cell)).as(panel.get("title").asText()).isTrue();
        }
      }
    }
  }

  @Test
  void kustomizeNamesEachOfThem() throws IOException {
    JsonNode files =
        YAML.readTree(FOLDER.resolve("kustomization.yaml").toFile())
            .at("/configMapGenerator/0/files");
    List<String> named = new ArrayList<>();
    files.forEach(file -> named.add(file.asText()));
    assertThat(named).containsExactlyInAnyOrderElementsOf(dashboards());
  }

  /** Without a promtool, and where apt-get brings none, the test is skipped and says so. */
  @Test
  void prometheusReadsEachExpression() throws Exception {
    try {
      MonitoringTool.PROMTOOL.find();
    } catch (ToolCache.NoneException none) {
      Assumptions.abort("Skipped, so no expression was read: " + none.getMessage());
    }
    ObjectNode group = JSON.createObjectNode().put("name", "dashboards");
    ArrayNode rules = group.putArray("rules");
    for (String name : dashboards()) {
      for (String expr : expressions(dashboard(name))) {
        rules
            .addObject()
            .put("record", "panel:" + rules.size())
            .put("expr", expr.replace("$__rate_interval", "1m"));
      }
    }
    ObjectNode file = JSON.createObjectNode();
    file.putArray("groups").add(group);
    YAML.writeValue(folder.resolve("panels.yaml").toFile(), file);
    ToolCache.Run check = MonitoringTool.PROMTOOL.run(folder, "check", "rules", "panels.yaml");
    assertThat(check.exit()).as(check.text()).isZero();
    assertThat(check.text()).contains(rules.size() + " rules found");
  }
}
