package io.sluice.k8s.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.sluice.k8s.Manifests;
import io.sluice.testkit.prometheus.MonitoringTool;
import io.sluice.testkit.tool.ToolCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alerts fire when they should, stay quiet otherwise, and look at metrics that there are. */
class AlertsTest {
  private static final ObjectMapper YAML = new YAMLMapper();
  private static final Path CASES = Path.of("src", "test", "resources", "alerts");
  private static final List<String> FILES = List.of("healthy.yaml", "failures.yaml");
  private static final String BLOB = "https://git.example.com/sluice/blob/main/";
  private static final Pattern RECORD = Pattern.compile("\\bsluice:[\\w:]+");
  private static final Pattern ALERT = Pattern.compile("alertname=(~?)\"([^\"]+)\"");

  @TempDir private Path folder;

  private static List<JsonNode> rules() throws IOException {
    List<JsonNode> rules = new ArrayList<>();
    Manifests.file("base/alerts.yaml")
        .at("/spec/groups")
        .forEach(group -> group.get("rules").forEach(rules::add));
    return rules;
  }

  private static List<JsonNode> with(String key) throws IOException {
    return rules().stream().filter(rule -> rule.has(key)).toList();
  }

  /** Without a promtool, and where apt-get brings none, the test is skipped and says so. */
  @Test
  void alertsFireInFailuresAndInNoHealthyHour() throws Exception {
    try {
      MonitoringTool.PROMTOOL.find();
    } catch (ToolCache.NoneException none) {
      Assumptions.abort("Skipped, so no alert was tried: " + none.getMessage());
    }
    ObjectNode resource = Manifests.file("base/alerts.yaml");
    YAML.writeValue(folder.resolve("rules.yaml").toFile(), resource.get("spec"));
    for (String file : FILES) {
      Files.copy(CASES.resolve(file), folder.resolve(file));
    }
    ToolCache.Run check = MonitoringTool.PROMTOOL.run(folder, "check", "rules", "rules.yaml");
    assertThat(check.exit()).as(check.text()).isZero();
    ToolCache.Run test =
        MonitoringTool.PROMTOOL.run(folder, "test", "rules", FILES.get(0), FILES.get(1));
    assertThat(test.exit()).as(test.text()).isZero();
  }

  /** In the failures, each is quiet at one time and fires at another. */
  @Test
  void eachAlertIsTriedBothWays() throws IOException {
    Set<String> quiet = new TreeSet<>();
    Set<String> firing = new TreeSet<>();
    for (JsonNode test : YAML.readTree(CASES.resolve("failures.yaml").toFile()).get("tests")) {
      for (JsonNode line : test.path("promql_expr_test")) {
        Matcher alert = ALERT.matcher(line.get("expr").asText());
        if (alert.find()) {
          (line.get("exp_samples").isEmpty() ? quiet : firing)
              .addAll(alerts(alert.group(1), alert.group(2)));
        }
      }
    }
    Set<String> all = names("alert");
    assertThat(all).hasSizeGreaterThan(10);
    assertThat(quiet).isEqualTo(all);
    assertThat(firing).isEqualTo(all);
  }

  private static Set<String> alerts(String operator, String name) throws IOException {
    Set<String> named = names("alert");
    named.removeIf(alert -> operator.isEmpty() ? !alert.equals(name) : !alert.matches(name));
    return named;
  }

  private static Set<String> names(String kind) throws IOException {
    Set<String> names = new TreeSet<>();
    with(kind).forEach(rule -> names.add(rule.get(kind).asText()));
    return names;
  }

  /** The reference is made of the code, and compared with what Flink's processes give. */
  @Test
  void eachMetricIsInTheReference() throws IOException {
    Set<String> used = new TreeSet<>();
    Set<String> records = new TreeSet<>();
    for (JsonNode rule : rules()) {
      used.addAll(MetricsPage.usedBy(rule.get("expr").asText()));
      RECORD
          .matcher(rule.get("expr").asText())
          .results()
          .forEach(name -> records.add(name.group()));
    }
    assertThat(used).hasSizeGreaterThan(10).isSubsetOf(MetricsPage.names());
    assertThat(records).hasSizeGreaterThan(4).isSubsetOf(names("record"));
  }

  /** Who is woken up reads what it is and what to do. */
  @Test
  void eachAlertSaysWhatItIs() throws IOException {
    for (JsonNode alert : with("alert")) {
      String name = alert.get("alert").asText();
      assertThat(alert.at("/labels/severity").asText()).as(name).isIn("critical", "warning");
      assertThat(alert.at("/annotations/summary").asText()).as(name).contains("$labels.job_name");
      assertThat(alert.at("/annotations/description").asText()).as(name).endsWith(".");
    }
  }

  /** The page is there, and it names the alert. */
  @Test
  void eachAlertHasItsRunbook() throws IOException {
    for (JsonNode alert : with("alert")) {
      String url = alert.at("/annotations/runbook_url").asText();
      assertThat(url).startsWith(BLOB);
      String page = Files.readString(Manifests.REPOSITORY.resolve(url.substring(BLOB.length())));
      assertThat(page).as(url).contains("`" + alert.get("alert").asText() + "`");
    }
  }
}
