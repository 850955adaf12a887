package io.sluice.cli.platform;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.cli.platform.Cluster.Counters;
import io.sluice.cli.platform.Cluster.DatasetCounts;
import io.sluice.cli.platform.Cluster.EventTime;
import io.sluice.cli.platform.Cluster.ViewCounts;
import io.sluice.sandbox.process.Poll;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The metrics of jobs over Flink's REST API. A metric of a task is called {@code
 * <subtask>.<operator>.<label>.<value>.<name>}, with a pair for each label; the operators bear the
 * uids of the job's graph.
 */
final class FlinkMetrics {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * The sandbox lets Flink fetch again after a second; the TaskManager's answer comes then, too.
   */
  private static final Duration LONGEST_FETCH = Duration.ofMillis(2_500);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
  private static final String LEDGER = "ledger-rows-";
  private static final String EVENT_TIME = "event-time-";
  private static final String VIEW_INPUT = "view-input-";
  private static final String VIEW = "view-";
  private static final Set<String> WANTED =
      Set.of(
          "ledger_counts",
          "watermark",
          "heldBy",
          "rejects",
          "rowsRefused",
          "late_total",
          "openWindows");

  private static final Pattern NAME =
      Pattern.compile(
          "\\d+\\.(?<operator>(ledger-rows|event-time|view-input|view|jdbc|redis)-[^.]+)(\\.\\w+\\.[^.]+)*\\.(?<metric>\\w+)");

  private final FlinkHttp http;
  private boolean fetched;

  FlinkMetrics(FlinkHttp http) {
    this.http = http;
  }

  /** How often a job was started again after a failure; 0 when nobody knows. */
  long restarts(String jobId) throws IOException, InterruptedException {
    return http.get("/jobs/" + jobId + "/metrics?get=numRestarts").path(0).path("value").asLong(0);
  }

  Counters counters(String jobId) throws IOException, InterruptedException {
    if (!fetched) {
      awaitFetch();
      fetched = true;
    }
    List<Metric> metrics = new ArrayList<>();
    for (JsonNode vertex : http.get("/jobs/" + jobId).path("vertices")) {
      metrics.addAll(
          read("/jobs/" + jobId + "/vertices/" + vertex.path("id").asText() + "/metrics"));
    }
    List<DatasetCounts> datasets = new ArrayList<>();
    for (Metric metric : metrics) {
      if (metric.name().equals("ledger_counts")) {
        datasets.add(dataset(metric));
      }
    }
    return new Counters(datasets, eventTimes(metrics), views(metrics));
  }

  /**
   * Flink answers with what it fetched from its processes after an earlier question, however long
   * ago. This question makes it fetch; the processor times of the TaskManagers, which come together
   * with their counters and later than the JobManager's own, tell when it has.
   */
  private void awaitFetch() throws IOException, InterruptedException {
    Map<String, String> waiting = new HashMap<>();
    for (String process : processes()) {
      waiting.put(process, processorTime(process));
    }
    Poll.until(
        () -> {
          for (String process : List.copyOf(waiting.keySet())) {
            if (!processorTime(process).equals(waiting.get(process))) {
              waiting.remove(process);
            }
          }
          return waiting.isEmpty();
        },
        LOOK_AGAIN,
        LONGEST_FETCH);
  }

  /** The paths of the TaskManagers; without one the JobManager's. */
  private List<String> processes() throws IOException, InterruptedException {
    List<String> processes = new ArrayList<>();
    for (JsonNode taskManager : http.get("/taskmanagers").path("taskmanagers")) {
      processes.add("/taskmanagers/" + taskManager.path("id").asText());
    }
    return processes.isEmpty() ? List.of("/jobmanager") : processes;
  }

  private String processorTime(String process) throws IOException, InterruptedException {
    return http.get(process + "/metrics?get=Status.JVM.CPU.Time")
        .path(0)
        .path("value")
        .asText("unknown");
  }

  /** The subtask that is furthest behind tells; one without a partition to wait for does not. */
  private static List<EventTime> eventTimes(List<Metric> metrics) {
    Map<String, Long> lowest = new TreeMap<>();
    Map<String, Long> heldBy = new HashMap<>();
    for (Metric metric : metrics) {
      if (metric.is(EVENT_TIME, "watermark")) {
        lowest.merge(metric.of(EVENT_TIME), metric.number(), Math::min);
      } else if (metric.is(EVENT_TIME, "heldBy") && metric.number() >= 0) {
        heldBy.put(metric.of(EVENT_TIME), metric.number());
      }
    }
    return lowest.entrySet().stream()
        .map(
            entry -> {
              Long partition = heldBy.get(entry.getKey());
              return new EventTime(
                  entry.getKey(),
                  entry.getValue() == Long.MIN_VALUE
                      ? Optional.empty()
                      : Optional.of(Instant.ofEpochMilli(entry.getValue())),
                  partition == null ? OptionalLong.empty() : OptionalLong.of(partition));
            })
        .toList();
  }

  private static List<ViewCounts> views(List<Metric> metrics) {
    Map<String, Long> rejected = new TreeMap<>();
    Map<String, Long> late = new HashMap<>();
    Map<String, Long> open = new HashMap<>();
    for (Metric metric : metrics) {
      for (String stage : List.of(VIEW_INPUT, VIEW, "jdbc-", "redis-")) {
        if (metric.is(stage, "rejects") || metric.is(stage, "rowsRefused")) {
          rejected.merge(metric.of(stage), metric.number(), Long::sum);
          break;
        }
      }
      if (metric.is(VIEW_INPUT, "late_total")) {
        late.merge(metric.of(VIEW_INPUT), metric.number(), Long::sum);
      } else if (metric.is(VIEW, "openWindows")) {
        open.merge(metric.of(VIEW), metric.number(), Long::sum);
      }
    }
    return rejected.entrySet().stream()
        .map(
            entry -> {
              Long windows = open.get(entry.getKey());
              return new ViewCounts(
                  entry.getKey(),
                  entry.getValue(),
                  late.getOrDefault(entry.getKey(), 0L),
                  windows == null ? OptionalLong.empty() : OptionalLong.of(windows));
            })
        .toList();
  }

  private record Metric(String operator, String name, String value) {
    boolean is(String prefix, String metric) {
      return name.equals(metric) && operator.startsWith(prefix);
    }

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
      if (name.matches() && WANTED.contains(name.group("metric"))) {
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
