package io.sluice.cli.command;

import io.sluice.cli.platform.Cluster;
import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.yaml.NameList;
import java.io.IOException;
import java.util.List;

/** Finds the job that a person means by a name or an id. */
final class JobChoice {
  private JobChoice() {}

  /**
   * The job with this id, or the active one with this name.
   *
   * @throws CommandFailure if there is none, or it has ended, or several bear the name
   */
  static Cluster.Job active(Cluster cluster, String nameOrId)
      throws IOException, InterruptedException {
    List<Cluster.Job> jobs = cluster.jobs();
    List<Cluster.Job> meant =
        jobs.stream()
            .filter(Cluster.Job::active)
            .filter(job -> job.id().equals(nameOrId) || job.name().equals(nameOrId))
            .toList();
    if (meant.size() > 1) {
      throw new CommandFailure(
          "Several jobs are called %s: %s. Name one by its id."
              .formatted(nameOrId, NameList.of(meant.stream().map(Cluster.Job::id).toList())));
    }
    if (meant.isEmpty()) {
      throw new CommandFailure(
          jobs.stream()
              .filter(job -> job.id().equals(nameOrId) || job.name().equals(nameOrId))
              .reduce((first, second) -> second.started().isAfter(first.started()) ? second : first)
              .map(job -> "The job %s does not run: it is %s.".formatted(nameOrId, job.state()))
              .orElse("There is no job %s; 'sluice list' shows them.".formatted(nameOrId)));
    }
    return meant.get(0);
  }
}
