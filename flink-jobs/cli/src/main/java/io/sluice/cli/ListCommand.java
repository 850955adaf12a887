package io.sluice.cli;

import io.sluice.cli.platform.Cluster;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Shows the jobs of the cluster. */
@Command(
    name = "list",
    header = "List the jobs, those that have ended too.",
    footer = {"", "Example:", "  ./sluice list"})
final class ListCommand implements Callable<Integer> {
  @ParentCommand private SluiceCommand sluice;
  @Spec private CommandSpec spec;

  @Option(names = "--json", description = "Print the jobs as JSON.")
  private boolean json;

  @Override
  public Integer call() throws Exception {
    Output output = new Output(spec, sluice.context());
    List<Cluster.Job> jobs =
        sluice.platform().cluster(sluice.endpoints()).jobs().stream()
            .sorted(Comparator.comparing(Cluster.Job::started).reversed())
            .toList();
    if (json) {
      List<Map<String, Object>> list = new ArrayList<>();
      jobs.forEach(job -> list.add(fields(job)));
      output.json(list);
    } else if (jobs.isEmpty()) {
      output.line("No job.");
    } else {
      Instant now = Instant.now();
      output.table(
          List.of("PIPELINE", "JOB", "STATE", "STARTED", "DURATION"),
          jobs.stream()
              .map(
                  job ->
                      List.of(
                          job.name(),
                          job.id(),
                          job.state(),
                          Text.time(job.started()),
                          Text.duration(Duration.between(job.started(), job.ended().orElse(now)))))
              .toList());
    }
    return 0;
  }

  static Map<String, Object> fields(Cluster.Job job) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("name", job.name());
    fields.put("id", job.id());
    fields.put("state", job.state());
    fields.put("started", job.started().toString());
    fields.put("ended", job.ended().map(Instant::toString).orElse(null));
    return fields;
  }
}
