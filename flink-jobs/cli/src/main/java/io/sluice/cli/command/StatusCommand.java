package io.sluice.cli.command;

import io.sluice.cli.platform.Cluster;
import io.sluice.cli.platform.Servers;
import io.sluice.cli.text.Output;
import io.sluice.cli.text.Text;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Shows what a home is doing. */
@Command(
    name = "status",
    header = "Show servers, jobs and why they failed, counters, lag and freshness of every table.",
    description = {
      "AGE is the time since a table's last commit. LAG is the number of records that the pipeline",
      "has not committed yet; it trails by one checkpoint. Above 100 in a partition offsets are",
      "counted, the markers of transactions among them. CONSUMED, SILVER, REJECTED and DUPLICATES",
      "count since the pipeline began; those of a view count since the job started last."
    },
    footer = {"", "Example:", "  ./sluice status --json"})
final class StatusCommand implements Callable<Integer> {
  @ParentCommand private SluiceCommand sluice;
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Print the state as JSON.")
  private boolean json;

  @Override
  public Integer call() throws InterruptedException {
    Output output = new Output(spec, sluice.context());
    StatusReport report = StatusReport.gather(sluice.platform(), sluice.home(), Clock.systemUTC());
    if (json) {
      output.json(fields(report));
    } else {
      print(report, output);
    }
    return 0;
  }

  private void print(StatusReport report, Output output) {
    output.line("home: " + sluice.home());
    output.line("");
    output.table(
        List.of("SERVER", "PID", "PORT"),
        report.components().stream()
            .map(
                component ->
                    List.of(
                        component.name(),
                        component.pid().map(String::valueOf).orElse("not running"),
                        component.port().map(String::valueOf).orElse("")))
            .toList());
    if (!report.jobs().isEmpty()) {
      output.line("");
      output.table(
          List.of("PIPELINE", "JOB", "STATE", "UPTIME", "LAST CHECKPOINT", "RESTARTS"),
          report.jobs().stream().map(StatusCommand::row).toList());
      report
          .jobs()
          .forEach(state -> FailureLine.of(state.job(), state.health()).ifPresent(output::line));
    }
    if (!report.lags().isEmpty()) {
      output.line("");
      output.table(
          List.of("DATASET", "TOPIC", "PIPELINE", "LAG"),
          report.lags().stream()
              .map(
                  lag ->
                      List.of(
                          lag.dataset(),
                          lag.topic(),
                          lag.pipeline(),
                          String.valueOf(lag.records())))
              .toList());
    }
    StatusCounters.print(report.jobs(), output);
    if (!report.tables().isEmpty()) {
      output.line("");
      output.table(
          List.of("TABLE", "VERSION", "LAST COMMIT", "AGE"),
          report.tables().stream()
              .map(
                  table ->
                      List.of(
                          table.table(),
                          String.valueOf(table.version()),
                          Text.time(table.committed()),
                          Text.duration(table.age())))
              .toList());
    }
    report.remarks().forEach(output::remark);
  }

  private static List<String> row(StatusReport.JobState state) {
    return List.of(
        state.job().name(),
        state.job().id(),
        state.job().state(),
        Text.duration(state.uptime()),
        state
            .checkpoint()
            .map(checkpoint -> checkpoint.id() + " at " + Text.time(checkpoint.completed()))
            .orElse("none"),
        String.valueOf(state.health().restarts()));
  }

  private static Map<String, Object> fields(StatusReport report) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put(
        "servers", report.components().stream().map(StatusCommand::componentFields).toList());
    fields.put("jobs", report.jobs().stream().map(StatusCommand::jobFields).toList());
    fields.put("lag", report.lags());
    fields.put("tables", report.tables().stream().map(StatusCommand::tableFields).toList());
    fields.put("remarks", report.remarks());
    return fields;
  }

  private static Map<String, Object> componentFields(Servers.Component component) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", component.name());
    fields.put("running", component.running());
    fields.put("pid", component.pid().orElse(null));
    fields.put("port", component.port().orElse(null));
    fields.put("restarts", component.restarts());
    fields.put("incident", component.incident().orElse(null));
    return fields;
  }

  private static Map<String, Object> jobFields(StatusReport.JobState state) {
    Map<String, Object> fields =
        new LinkedHashMap<>(ListCommand.fields(state.job(), state.health()));
    fields.put("uptimeMs", state.uptime().toMillis());
    fields.put("lastCheckpoint", state.checkpoint().map(Cluster.Checkpoint::id).orElse(null));
    fields.put(
        "lastCheckpointTime",
        state.checkpoint().map(checkpoint -> checkpoint.completed().toString()).orElse(null));
    fields.putAll(StatusCounters.fields(state.counters()));
    return fields;
  }

  private static Map<String, Object> tableFields(StatusReport.TableState table) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("table", table.table());
    fields.put("version", table.version());
    fields.put("lastCommit", table.committed().toString());
    fields.put("ageMs", table.age().toMillis());
    return fields;
  }
}
