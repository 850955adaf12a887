package io.sluice.cli.command;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.platform.Servers;
import io.sluice.cli.text.Output;
import io.sluice.cli.text.Text;
import java.time.Clock;
import java.util.List;
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
      "has not committed yet; it trails by one checkpoint. Above 100 in a partition it is the",
      "distance in offsets, which Kafka's transaction markers are part of. CONSUMED, SILVER, REJECTED",
      "and DUPLICATES count since the pipeline began, the numbers of a view since its job started."
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
      output.json(StatusEntry.of(report));
    } else {
      print(report, output);
    }
    return 0;
  }

  private void print(StatusReport report, Output output) {
    output.line("home: " + sluice.home());
    output.line("");
    output.table(
        List.of("SERVER", "PID", "PORT", "METRICS"),
        report.components().stream()
            .map(
                component ->
                    List.of(
                        component.name(),
                        component.pid().map(String::valueOf).orElse("not running"),
                        component.port().map(String::valueOf).orElse(""),
                        component.metrics().map(String::valueOf).orElse("")))
            .toList());
    if (!report.jobs().isEmpty()) {
      output.line("");
      output.table(
          List.of(
              "PIPELINE", "JOB", "STATE", "UPTIME", "PARALLELISM", "LAST CHECKPOINT", "RESTARTS"),
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
        String.valueOf(state.parallelism()),
        state
            .checkpoint()
            .map(checkpoint -> checkpoint.id() + " at " + Text.time(checkpoint.completed()))
            .orElse("none"),
        String.valueOf(state.health().restarts()));
  }

  /** The state in its machine form. */
  private record StatusEntry(
      List<ServerEntry> servers,
      List<JobEntry> jobs,
      List<StatusReport.Lag> lag,
      List<TableEntry> tables,
      List<String> remarks) {
    static StatusEntry of(StatusReport report) {
      return new StatusEntry(
          report.components().stream().map(ServerEntry::of).toList(),
          report.jobs().stream().map(JobEntry::of).toList(),
          report.lags(),
          report.tables().stream().map(TableEntry::of).toList(),
          report.remarks());
    }
  }

  private record ServerEntry(
      String name,
      boolean running,
      Long pid,
      Integer port,
      Integer metricsPort,
      int restarts,
      String incident) {
    static ServerEntry of(Servers.Component component) {
      return new ServerEntry(
          component.name(),
          component.running(),
          component.pid().orElse(null),
          component.port().orElse(null),
          component.metrics().orElse(null),
          component.restarts(),
          component.incident().orElse(null));
    }
  }

  private record JobEntry(
      @JsonUnwrapped ListCommand.JobEntry job,
      long uptimeMs,
      int parallelism,
      Long lastCheckpoint,
      String lastCheckpointTime,
      @JsonUnwrapped StatusCounters.Entry counters) {
    static JobEntry of(StatusReport.JobState state) {
      return new JobEntry(
          ListCommand.JobEntry.of(state.job(), state.health()),
          state.uptime().toMillis(),
          state.parallelism(),
          state.checkpoint().map(Cluster.Checkpoint::id).orElse(null),
          state.checkpoint().map(checkpoint -> checkpoint.completed().toString()).orElse(null),
          StatusCounters.Entry.of(state.counters()));
    }
  }

  private record TableEntry(String table, long version, String lastCommit, long ageMs) {
    static TableEntry of(StatusReport.TableState table) {
      return new TableEntry(
          table.table(), table.version(), table.committed().toString(), table.age().toMillis());
    }
  }
}
