package io.sluice.k8s.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.k8s.Manifests;
import io.sluice.testkit.prometheus.MonitoringTool;
import io.sluice.testkit.tool.ToolCache;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/**
 * Who is told of which alert, by the Alertmanager's own tool, and that no secret is written down.
 */
class AlertmanagerTest {
  private static final Path SAMPLE = Path.of("samples", "alertmanager.yaml").toAbsolutePath();
  private static final Map<String, String> RECEIVERS =
      Map.of("critical", "pagerduty,webhook", "warning", "webhook");

  /** What may hold a secret, in any receiver of the Alertmanager; each has a form for a file. */
  private static final String OF_SECRETS =
      ".*(key|token|secret|password|credentials|api_url|webhook_url)";

  private static ToolCache.Run amtool(String... arguments) throws Exception {
    try {
      return MonitoringTool.AMTOOL.run(SAMPLE.getParent(), arguments);
    } catch (ToolCache.NoneException none) {
      return Assumptions.abort("Skipped, so no route was tried: " + none.getMessage());
    }
  }

  @Test
  void theAlertmanagerTakesIt() throws Exception {
    ToolCache.Run check = amtool("check-config", SAMPLE.toString());
    assertThat(check.exit()).as(check.text()).isZero();
    assertThat(check.text()).contains("3 inhibit rules", "2 receivers");
  }

  @Test
  void eachAlertReachesThoseOfItsSeverity() throws Exception {
    for (JsonNode group : Manifests.file("base/alerts.yaml").at("/spec/groups")) {
      for (JsonNode rule : group.get("rules")) {
        if (rule.has("alert")) {
          String severity = rule.at("/labels/severity").asText();
          assertReceivers(rule.get("alert").asText(), severity, RECEIVERS.get(severity));
        }
      }
    }
    assertReceivers("NodeDown", "critical", "webhook");
  }

  private static void assertReceivers(String alert, String severity, String receivers)
      throws Exception {
    ToolCache.Run test =
        amtool(
            "config",
            "routes",
            "test",
            "--config.file=" + SAMPLE,
            "--verify.receivers=" + receivers,
            "alertname=" + alert,
            "severity=" + severity);
    assertThat(test.exit()).as("%s: %s", alert, test.text()).isZero();
  }

  /** Names in routes and inhibitions are those of alerts that there are. */
  @Test
  void inhibitionsNameAlerts() throws Exception {
    Set<String> names = new TreeSet<>();
    for (JsonNode rule : Manifests.file("samples/alertmanager.yaml").get("inhibit_rules")) {
      for (String side : Set.of("source_matchers", "target_matchers")) {
        String matcher = rule.at("/" + side + "/0").asText();
        names.addAll(Set.of(matcher.replaceAll("alertname =~? \"(.*)\"", "$1").split("\\|")));
      }
    }
    Set<String> alerts = new TreeSet<>();
    Manifests.file("base/alerts.yaml").findValuesAsText("alert").forEach(alerts::add);
    assertThat(names).hasSizeGreaterThan(5).isSubsetOf(alerts);
  }

  @Test
  void secretsAreFiles() throws Exception {
    Set<String> keys = new TreeSet<>();
    collect(Manifests.file("samples/alertmanager.yaml"), keys);
    assertThat(keys).contains("routing_key_file", "credentials_file");
    assertThat(keys).noneMatch(key -> key.matches(OF_SECRETS));
  }

  private static void collect(JsonNode node, Set<String> keys) {
    node.fieldNames().forEachRemaining(keys::add);
    node.forEach(child -> collect(child, keys));
  }
}
