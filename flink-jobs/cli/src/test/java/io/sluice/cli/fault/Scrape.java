package io.sluice.cli.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.sandbox.Sandbox;
import io.sluice.sandbox.secrets.MetricsToken;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Prometheus gets from the Flink processes of a stack.
 *
 * @param jobManager in its text format
 * @param taskManager likewise
 */
record Scrape(String jobManager, String taskManager) {
  private static final Path REFERENCE = Path.of("..", "..", "METRICS.md");
  private static final String OURS = "flink_taskmanager_job_task_operator_(?:dataset|view|table)_";
  private static final Pattern ROW =
      Pattern.compile(
          "\\| `\\w+` \\| `(?<name>\\w+)` \\| (?<type>\\w+) \\| (?<labels>[^|]*) \\|.*");
  private static final Pattern SAMPLE =
      Pattern.compile("(?m)^(?<name>\\w+)\\{(?<labels>.*),\\} (?<value>\\S+)$");

  /**
   * A line of the reference.
   *
   * @param name as Prometheus has it
   * @param labels beside Flink's
   */
  record Row(String name, boolean histogram, List<String> labels) {
    boolean isIn(String text) {
      return samples(text, histogram ? name + "_count" : name).stream()
          .anyMatch(
              sample ->
                  sample.labels().contains("job_name=\"market-risk\"")
                      && labels.stream().allMatch(label -> sample.has(label)));
    }
  }

  /** One number. */
  record Sample(String labels, double value) {
    boolean has(String label) {
      return ("," + labels).contains("," + label + "=\"");
    }
  }

  static Scrape of(Sandbox sandbox) throws IOException, InterruptedException {
    String token =
        Files.readString(sandbox.home().metricsToken().map(MetricsToken::file).orElseThrow());
    return new Scrape(
        get(sandbox.ports().jobmanagerMetrics(), token.strip()),
        get(sandbox.ports().taskmanagerMetrics(), token.strip()));
  }

  private static String get(int port, String token) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d/metrics".formatted(port)))
            .header("Authorization", "Bearer " + token)
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  static List<Row> reference() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(REFERENCE)) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        String labels = row.group("labels").replaceAll("[` ]", "");
        rows.add(
            new Row(
                row.group("name"),
                row.group("type").equals("histogram"),
                labels.isEmpty() ? List.of() : List.of(labels.split(","))));
      }
    }
    return rows;
  }

  /** Metrics of the reference that no process has, or not with those labels. */
  List<String> missing() throws IOException {
    return reference().stream()
        .filter(
            row -> !row.isIn(row.name().startsWith("flink_jobmanager_") ? jobManager : taskManager))
        .map(Row::name)
        .toList();
  }

  /** Metrics with labels of ours that the reference does not have. */
  List<String> unknown() throws IOException {
    List<String> known = reference().stream().map(Row::name).toList();
    return Pattern.compile("(?m)^" + OURS + "\\w+")
        .matcher(taskManager)
        .results()
        .map(found -> found.group().replaceFirst("_count$", ""))
        .distinct()
        .filter(name -> !known.contains(name))
        .toList();
  }

  /** The numbers of a metric of tasks. */
  List<Sample> tasks(String name) {
    return samples(taskManager, name);
  }

  private static List<Sample> samples(String text, String name) {
    return SAMPLE
        .matcher(text)
        .results()
        .filter(sample -> sample.group(1).equals(name))
        .map(sample -> new Sample(sample.group(2), Double.parseDouble(sample.group(3))))
        .toList();
  }
}
