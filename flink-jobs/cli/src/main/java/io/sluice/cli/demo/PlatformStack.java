package io.sluice.cli.demo;

import io.sluice.cli.demo.measure.Names;
import io.sluice.cli.platform.Broker;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.platform.Platform;
import io.sluice.cli.platform.Servers;
import io.sluice.cli.submit.PipelineFiles;
import io.sluice.cli.submit.StartPoint;
import io.sluice.cli.submit.Submission;
import io.sluice.cli.submit.SubmittedPipelines;
import io.sluice.cli.text.CliContext;
import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.model.Dataset;
import io.sluice.definition.pipeline.PipelineLoader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** The stack of a home. Servers that ran before the demo go on after it; only its job ends. */
public final class PlatformStack implements DemoStack {
  private final Platform platform;
  private final CliContext context;
  private final Path home;
  private final Consumer<String> say;
  private final Servers servers;
  private Endpoints at;
  private String job;
  private boolean started;
  private ServerWatch watch;

  public PlatformStack(Platform platform, CliContext context, Path home, Consumer<String> say) {
    this.platform = platform;
    this.context = context;
    this.home = home;
    this.say = say;
    servers = platform.servers(home);
  }

  @Override
  public Endpoints up() throws InterruptedException {
    started = servers.endpoints().isEmpty();
    if (!started) {
      say.accept("  using those that run already for " + home);
    }
    at = servers.up(step -> say.accept("  " + step));
    watch = ServerWatch.start(servers, say, Thread.currentThread());
    return at;
  }

  @Override
  public Optional<String> lostServer() {
    return watch == null ? Optional.empty() : watch.lost();
  }

  @Override
  public void cancelEarlierJob() throws IOException, InterruptedException {
    Cluster cluster = platform.cluster(at);
    for (Cluster.Job running : cluster.jobs()) {
      if (running.active() && !running.name().equals(Names.PIPELINE)) {
        throw new CommandFailure(
            ("The pipeline %s runs in %s, and a demo needs the machine for itself: stop it with"
                    + " 'sluice stop %s --savepoint', or name another folder with --home.")
                .formatted(running.name(), home, running.name()));
      }
      if (running.active()) {
        say.accept("  cancelling the job of the last demo, " + running.id());
        cluster.cancel(running.id());
      }
    }
  }

  @Override
  public int register() throws IOException {
    Dataset trades = PipelineLoader.loadDataset(Names.DATASET, context.shippedDefinitions());
    return platform.schemas(at).register(Names.TOPIC + "-value", trades.schema());
  }

  @Override
  public void submit() throws IOException, InterruptedException {
    try (Broker broker = platform.broker(at)) {
      var submission =
          new Submission(
              platform,
              at,
              broker,
              new SubmittedPipelines(home),
              context.jobJar(),
              step -> say.accept("  " + step));
      job =
          submission.submit(
              PipelineFiles.resolve(Names.PIPELINE, context.shippedPipelines()),
              context.shippedDefinitions(),
              OptionalInt.empty(),
              StartPoint.of(Optional.empty()));
    }
  }

  @Override
  public Optional<String> failure() throws IOException, InterruptedException {
    Cluster cluster = platform.cluster(at);
    for (Cluster.Job known : cluster.jobs()) {
      if (known.id().equals(job) && !known.active()) {
        return Optional.of(known.state() + ", " + cluster.failure(job).orElse("no reason given"));
      }
    }
    return Optional.empty();
  }

  @Override
  public synchronized void down() {
    try {
      if (job != null || started) {
        say.accept("Stopping everything ...");
      }
      if (watch != null) {
        watch.close();
      }
      cancelOwnJob();
      if (started) {
        servers.down(step -> {});
        started = false;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(
          "Interrupted while stopping; 'sluice down --home %s' stops the rest.".formatted(home), e);
    }
  }

  /** A job that is not cancelled would go on at the next 'sluice up'. */
  private void cancelOwnJob() throws InterruptedException {
    String own = job;
    job = null;
    if (own == null) {
      return;
    }
    try {
      platform.cluster(at).cancel(own);
    } catch (IOException | CommandFailure e) {
      say.accept("The job %s could not be cancelled: %s".formatted(own, e.getMessage()));
    }
  }
}
