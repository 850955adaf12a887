package io.sluice.cli.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.platform.Cluster.Counters;
import io.sluice.cli.platform.Cluster.DatasetCounts;
import io.sluice.cli.platform.Cluster.ViewCounts;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The metrics of jobs over Flink's REST API. A metric of a task is called {@code
 * <subtask>.<operator>.<name>}; the operators bear the uids of the job's graph.
 */
final class FlinkMetrics {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LEDGER = "ledger-rows-";
  private static final String VIEW_INPUT = "view-input-";
  private static final String VIEW = "view-";
  private static final String COUNTS = "ledger_counts";
  private static final String LATE = "late_events";
  private static final String OPEN_WINDOWS = "openWindows";

  private static final Pattern NAME =
      Pattern.compile("\\d+\\.(?<operator>(ledger-rows|view-input|view)-.+)\\.(?<metric>\\w+)");

  private final FlinkHttp http;

  FlinkMetrics(FlinkHttp http) {
    this.http = http;
  }

  /** How often a job was started again after a failure; 0 when nobody knows. */
  long restarts(String jobId) throws IOException, InterruptedException {
    return http.get("/jobs/" + jobId + "/metrics?get=numRestarts").path(0).path("value").asLong(0);
  }

  Counters counters(String jobId) throws IOException, InterruptedException {
    List<DatasetCounts> datasets = new ArrayList<>();
    Map<String, Long> late = new TreeMap<>();
    Map<String, Long> open = new LinkedHashMap<>();
    for (JsonNode vertex : http.get("/jobs/" + jobId).path("vertices")) {
      String path = "/jobs/" + jobId + "/vertices/" + vertex.path("id").asText() + "/metrics";
      for (Metric metric : read(path)) {
        switch (metric.name()) {
          case COUNTS -> datasets.add(dataset(metric));
          case LATE -> late.merge(metric.of(VIEW_INPUT), metric.number(), Long::sum);
          default -> open.merge(metric.of(VIEW), metric.number(), Long::sum);
        }
      }
    }
    List<ViewCounts> views =
        late.entrySet().stream().map(e -> view(e.getKey(), e.getValue(), open)).toList();
    return new Counters(datasets, views);
  }

  private static ViewCounts view(String name, long late, Map<String, Long> open) {
    Long windows = open.get(name);
    return new ViewCounts(
        name, late, windows == null ? OptionalLong.empty() : OptionalLong.of(windows));
  }

  private record Metric(String operator, String name, String value) {
    /** The dataset or view behind the stage's prefix. */
    String of(String prefix) {
      return operator.substring(prefix.length());
    }

    long number() {
      return Long.parseLong(value);
    }
  }

  private List<Metric> read(String path) throws IOException, InterruptedException {
    List<String> wanted = new ArrayList<>();
    for (JsonNode metric : http.get(path)) {
      Matcher name = NAME.matcher(metric.path("id").asText());
      if (name.matches() && List.of(COUNTS, LATE, OPEN_WINDOWS).contains(name.group("metric"))) {
        wanted.add(name.group());
      }
    }
    if (wanted.isEmpty()) {
      return List.of();
    }
    String names =
        wanted.stream()
            .map(name -> URLEncoder.encode(name, StandardCharsets.UTF_8))
            .collect(Collectors.joining(","));
    List<Metric> metrics = new ArrayList<>();
    for (JsonNode metric : http.get(path + "?get=" + names)) {
      Matcher name = NAME.matcher(metric.path("id").asText());
      if (name.matches()) {
        metrics.add(
            new Metric(
                name.group("operator"), name.group("metric"), metric.path("value").asText()));
      }
    }
    return metrics;
  }

  private static DatasetCounts dataset(Metric metric) throws IOException {
    JsonNode counts = JSON.readTree(metric.value());
    return new DatasetCounts(
        metric.of(LEDGER),
        counts.path("consumed").asLong(),
        counts.path("silver").asLong(),
        counts.path("duplicates").asLong(),
        byRule(counts.path("rejected")),
        byRule(counts.path("kept")));
  }

  private static Map<String, Long> byRule(JsonNode counts) {
    Map<String, Long> rules = new TreeMap<>();
    counts.fields().forEachRemaining(rule -> rules.put(rule.getKey(), rule.getValue().asLong()));
    return rules;
  }
}
