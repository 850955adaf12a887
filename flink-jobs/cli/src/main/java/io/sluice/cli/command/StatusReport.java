package io.sluice.cli.command;

import io.sluice.cli.platform.Broker;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.platform.Platform;
import io.sluice.cli.platform.Servers;
import io.sluice.cli.platform.Tables;
import io.sluice.cli.submit.Submitted;
import io.sluice.cli.submit.SubmittedPipelines;
import io.sluice.cli.text.CommandFailure;
import io.sluice.cli.text.FailureText;
import io.sluice.cli.text.Text;
import io.sluice.definition.model.DefinitionException;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.pipeline.PipelineLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The state of a home at one moment. What cannot be asked is missing, and a remark says why: a
 * status must come also when half of the servers are gone.
 */
record StatusReport(
    List<Servers.Component> components,
    List<JobState> jobs,
    List<Lag> lags,
    List<TableState> tables,
    List<String> remarks) {

  /**
   * A job that runs, or the failed last one of a pipeline that does not.
   *
   * @param uptime until now, or until it failed
   * @param parallelism tasks of its widest stage; 0 while it is being set up
   */
  record JobState(
      Cluster.Job job,
      Duration uptime,
      int parallelism,
      Optional<Cluster.Checkpoint> checkpoint,
      Cluster.Health health,
      Cluster.Counters counters) {}

  /** How many records of a dataset's topic the pipeline has not committed yet. */
  record Lag(String pipeline, String dataset, String topic, long records) {}

  /**
   * A table's newest version.
   *
   * @param age time since it was committed: the table is at least so fresh, or nothing arrived
   */
  record TableState(String table, long version, Instant committed, Duration age) {}

  private static final Cluster.Health NO_FAILURE = new Cluster.Health(0, Optional.empty());

  /** Asks everything once. */
  static StatusReport gather(Platform platform, Path home, Clock clock)
      throws InterruptedException {
    Servers servers = platform.servers(home);
    List<String> remarks = new ArrayList<>();
    List<JobState> jobs = new ArrayList<>();
    List<Lag> lags = new ArrayList<>();
    Optional<Endpoints> endpoints = servers.endpoints();
    if (endpoints.isPresent()) {
      try {
        jobs.addAll(jobs(platform.cluster(endpoints.get()), clock));
      } catch (IOException e) {
        remarks.add("Flink cannot be asked: " + FailureText.sentence(e));
      }
      try {
        lags.addAll(lags(platform, endpoints.get(), home, jobs));
      } catch (IOException | DefinitionException e) {
        remarks.add("The lag cannot be read: " + FailureText.sentence(e));
      }
    }
    List<TableState> tables = new ArrayList<>();
    try {
      tables.addAll(tables(platform, servers.lake(), clock, remarks));
    } catch (IOException | CommandFailure e) {
      remarks.add("The tables cannot be read: " + FailureText.sentence(e));
    }
    List<Servers.Component> components = servers.components();
    components.forEach(component -> component.incident().ifPresent(remarks::add));
    return new StatusReport(components, jobs, lags, tables, remarks);
  }

  private static List<JobState> jobs(Cluster cluster, Clock clock)
      throws IOException, InterruptedException {
    List<JobState> states = new ArrayList<>();
    for (Cluster.Job job : newest(cluster.jobs())) {
      if (job.active() || job.state().equals("FAILED")) {
        Duration uptime = Duration.between(job.started(), job.ended().orElse(clock.instant()));
        states.add(
            job.initializing()
                ? new JobState(job, uptime, 0, Optional.empty(), NO_FAILURE, Cluster.Counters.NONE)
                : new JobState(
                    job,
                    uptime,
                    cluster.parallelism(job.id()),
                    cluster.lastCheckpoint(job.id()),
                    cluster.health(job.id()),
                    job.active() ? cluster.counters(job.id()) : Cluster.Counters.NONE));
      }
    }
    return states;
  }

  /** All active jobs, and of each pipeline without one the job that was started last. */
  private static List<Cluster.Job> newest(List<Cluster.Job> jobs) {
    Map<String, Cluster.Job> ended = new LinkedHashMap<>();
    List<Cluster.Job> newest = new ArrayList<>();
    for (Cluster.Job job : jobs) {
      if (job.active()) {
        newest.add(job);
      } else {
        ended.merge(job.name(), job, (a, b) -> a.started().isAfter(b.started()) ? a : b);
      }
    }
    newest.forEach(job -> ended.remove(job.name()));
    newest.addAll(ended.values());
    return newest;
  }

  private static List<Lag> lags(
      Platform platform, Endpoints endpoints, Path home, List<JobState> jobs)
      throws IOException, InterruptedException {
    List<Lag> lags = new ArrayList<>();
    if (jobs.isEmpty()) {
      return lags;
    }
    SubmittedPipelines pipelines = new SubmittedPipelines(home);
    try (Broker broker = platform.broker(endpoints)) {
      for (JobState job : jobs) {
        if (!job.job().active()) {
          continue;
        }
        Optional<Submitted> submitted = pipelines.find(job.job().name());
        if (submitted.isEmpty()) {
          continue;
        }
        Pipeline pipeline =
            PipelineLoader.load(submitted.get().pipeline(), submitted.get().definitions());
        for (Pipeline.Source source : pipeline.sources().values()) {
          long records = broker.lag("sluice." + pipeline.name(), source.topic());
          lags.add(new Lag(pipeline.name(), source.dataset().name(), source.topic(), records));
        }
      }
    }
    return lags;
  }

  private static List<TableState> tables(
      Platform platform, String lake, Clock clock, List<String> remarks) throws IOException {
    Tables tables = platform.tables(lake);
    List<TableState> states = new ArrayList<>();
    for (String table : tables.list()) {
      tables
          .latest(table)
          .ifPresent(
              commit ->
                  states.add(
                      new TableState(
                          table,
                          commit.version(),
                          commit.time(),
                          Duration.between(commit.time(), clock.instant()))));
      tables
          .pausedUntil(table)
          .ifPresent(
              until ->
                  remarks.add(
                      "%s is paused until %s: jobs keep what they would commit to it."
                          .formatted(table, Text.time(until))));
    }
    return states;
  }
}
