package io.sluice.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.connectors.jdbc.JdbcMetric;
import io.sluice.connectors.kafka.measure.KafkaMetric;
import io.sluice.connectors.redis.RedisMetric;
import io.sluice.delta.commit.TableMetric;
import io.sluice.runtime.measure.StageMetric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The reference of metrics says what the code registers. */
class MetricReferenceTest {
  private static final Path PAGE = Path.of("..", "..", "METRICS.md");
  private static final String WRITE = "sluice.writeReferences";
  private static final String SCOPE = "flink_taskmanager_job_task_operator_";
  private static final String COMMAND =
      "mvn -o -q -pl flink-jobs/job -am -DskipIT -DskipStyle -Dtest=MetricReferenceTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -D"
          + WRITE
          + " test";

  /** What alerts look at; a test compares them with what the processes give. */
  private static final List<Row> FLINK =
      List.of(
          ofJobManager("numRestarts", "restarts", "since the job was submitted"),
          ofJobManager(
              "numberOfCompletedCheckpoints", "checkpoints", "since the job was submitted"),
          ofJobManager(
              "numberOfFailedCheckpoints", "checkpoints", "those that were given up included"),
          ofJobManager(
              "lastCheckpointDuration", "milliseconds", "from its start to its completion"),
          ofJobManager("lastCheckpointFullSize", "bytes", "all state that it names"),
          ofJobManager("lastCheckpointSize", "bytes", "what it wrote anew"),
          ofTask("busyTimeMsPerSecond", "1000 is all of the time"),
          ofTask("backPressuredTimeMsPerSecond", "for the tasks behind it"),
          ofSource(
              "currentEmitEventTimeLag",
              "milliseconds",
              "from the Kafka timestamp of the last record to when it was read"),
          ofSource("sourceIdleTime", "milliseconds", "since the last record was read"),
          ofSource("pendingRecords", "records", "those that wait in Kafka, as of the last fetch"));

  private static Row ofJobManager(String name, String unit, String meaning) {
    return new Row("flink_jobmanager_job_", "", name, "gauge", List.of(), unit, meaning);
  }

  private static Row ofTask(String name, String meaning) {
    return new Row(
        "flink_taskmanager_job_task_",
        "",
        name,
        "gauge",
        List.of(),
        "milliseconds per second",
        meaning);
  }

  private static Row ofSource(String name, String unit, String meaning) {
    return new Row(SCOPE, "", name, "gauge", List.of(), unit, meaning);
  }

  private record Row(
      String scope,
      String group,
      String name,
      String kind,
      List<String> labels,
      String unit,
      String meaning) {
    Row(String group, String name, String kind, List<String> labels, String unit, String meaning) {
      this(SCOPE, group, name, kind, labels, unit, meaning);
    }

    static Row of(StageMetric metric) {
      return new Row(
          "", metric.text(), metric.kind(), metric.labels(), metric.unit(), metric.meaning());
    }

    static Row of(TableMetric metric) {
      return new Row(
          "",
          metric.text(),
          metric.kind(),
          List.of(TableMetric.LABEL),
          metric.unit(),
          metric.meaning());
    }

    static Row of(RedisMetric metric) {
      return new Row(
          "",
          metric.text(),
          metric.kind(),
          List.of(RedisMetric.LABEL),
          metric.unit(),
          metric.meaning());
    }

    static Row of(JdbcMetric metric) {
      return new Row(
          "", metric.text(), "counter", List.of(JdbcMetric.LABEL), metric.unit(), metric.meaning());
    }

    static Row of(KafkaMetric metric) {
      return new Row(
          metric.group(), metric.text(), "counter", List.of(), metric.unit(), metric.meaning());
    }

    /** As Flink's reporter calls it: the labels' names are part of the scope. */
    String scraped() {
      List<String> parts = new ArrayList<>(labels);
      if (!group.isEmpty()) {
        parts.add(group);
      }
      parts.add(name);
      return scope + String.join("_", parts);
    }

    String line() {
      return "| `%s` | `%s` | %s | %s | %s | %s |\n"
          .formatted(
              name,
              scraped(),
              kind,
              labels.isEmpty() ? "" : "`" + String.join("`, `", labels) + "`",
              unit,
              meaning);
    }
  }

  @Test
  void isWhatTheCodeRegisters() throws IOException {
    String text = text();
    if (System.getProperty(WRITE) != null) {
      Files.writeString(PAGE, text);
    }
    assertThat(Files.readString(PAGE))
        .as("METRICS.md is out of date. Write it anew: %s", COMMAND)
        .isEqualTo(text);
  }

  private static String text() {
    StringBuilder text =
        new StringBuilder(
            """
            # Metrics

            Made of what the code registers; do not edit it. `MetricReferenceTest` fails when it is out of date, and says how to write it anew.
            Those of Flink itself (back pressure, busy time, memory) are in Flink's documentation; here are the ones that the alerts and dashboards use.

            - **Name in Prometheus**: as Flink's reporter gives it, with Flink's scope and the names of the labels in front. A metric of Flink's REST API is
              `<subtask>.<operator>.<label>.<value>.<name>`.
            - **Labels** of every metric, beside its own: `job_name` (the pipeline's name, in the sandbox and on Kubernetes), `job_id`, `task_name`, `operator_name`,
              `subtask_index`, `tm_id`, `host`. `dataset` and `view` are the names of the definition, `table` is the path below the lake's root (`silver/trades`), `rule` is what a reject
              carries. There are as many values as the definitions name. `metrics.reporter.prom.filterLabelValueCharacters: "false"` keeps `-` and `/` in them.
            - **Each subtask has a series.** Add up counters, take the largest of gauges. Counters and series begin anew with a task: use `rate` or `increase`.
            - **Types** are those of Flink. Its reporter calls counters gauges, and makes a summary of a histogram: `quantile` 0.5 to 0.999, and `_count`.
            """);
    section(
        text, "Stages of a dataset, and views", Arrays.stream(StageMetric.values()).map(Row::of));
    section(text, "Tables", Arrays.stream(TableMetric.values()).map(Row::of));
    section(text, "Views in Redis", Arrays.stream(RedisMetric.values()).map(Row::of));
    section(text, "Views in PostgreSQL", Arrays.stream(JdbcMetric.values()).map(Row::of));
    section(text, "Topics that are written", Arrays.stream(KafkaMetric.values()).map(Row::of));
    section(text, "Of Flink", FLINK.stream());
    return text.toString();
  }

  private static void section(StringBuilder text, String title, Stream<Row> rows) {
    text.append("\n## ")
        .append(title)
        .append("\n\n| metric | name in Prometheus | type | labels | unit | meaning |\n")
        .append("|---|---|---|---|---|---|\n");
    rows.map(Row::line).forEach(text::append);
  }
}
