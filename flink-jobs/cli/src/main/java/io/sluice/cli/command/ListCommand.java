package io.sluice.cli.command;

import io.sluice.cli.platform.Cluster;
import io.sluice.cli.text.Output;
import io.sluice.cli.text.Text;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Shows the jobs of the cluster. */
@Command(
    name = "list",
    header = "List the jobs, running and ended, and why they failed.",
    footer = {"", "Example:", "  ./sluice list"})
final class ListCommand implements Callable<Integer> {
  @ParentCommand private SluiceCommand sluice;
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Print the jobs as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Output output = new Output(spec, sluice.context());
    Cluster cluster = sluice.platform().cluster(sluice.endpoints());
    List<Cluster.Job> jobs =
        cluster.jobs().stream()
            .sorted(Comparator.comparing(Cluster.Job::started).reversed())
            .toList();
    Map<Cluster.Job, Cluster.Health> health = new LinkedHashMap<>();
    for (Cluster.Job job : jobs) {
      health.put(job, cluster.health(job.id()));
    }
    if (json) {
      List<JobEntry> list = new ArrayList<>();
      health.forEach((job, how) -> list.add(JobEntry.of(job, how)));
      output.json(list);
    } else if (jobs.isEmpty()) {
      output.line("No job.");
    } else {
      Instant now = Instant.now();
      output.table(
          List.of("PIPELINE", "JOB", "STATE", "STARTED", "DURATION", "RESTARTS"),
          jobs.stream()
              .map(
                  job ->
                      List.of(
                          job.name(),
                          job.id(),
                          job.state(),
                          Text.time(job.started()),
                          Text.duration(Duration.between(job.started(), job.ended().orElse(now))),
                          String.valueOf(health.get(job).restarts())))
              .toList());
      health.forEach((job, how) -> FailureLine.of(job, how).ifPresent(output::line));
    }
    return 0;
  }

  /** A job in its machine form; what there is not yet is null. */
  record JobEntry(
      String name,
      String id,
      String state,
      String started,
      String ended,
      long restarts,
      String failure,
      String failingSince,
      String lastFailure) {
    static JobEntry of(Cluster.Job job, Cluster.Health health) {
      Optional<Cluster.Failure> failure = health.failure();
      return new JobEntry(
          job.name(),
          job.id(),
          job.state(),
          job.started().toString(),
          job.ended().map(Instant::toString).orElse(null),
          health.restarts(),
          failure.map(Cluster.Failure::reason).orElse(null),
          failure.map(known -> known.since().toString()).orElse(null),
          failure.map(known -> known.last().toString()).orElse(null));
    }
  }
}
