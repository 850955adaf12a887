package io.sluice.cli.remove;

import io.sluice.cli.platform.Broker;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.platform.Platform;
import io.sluice.cli.platform.ServedViews;
import io.sluice.cli.platform.Tables;
import io.sluice.cli.storage.Trees;
import io.sluice.cli.submit.LakeTables;
import io.sluice.cli.submit.RestorePoints;
import io.sluice.cli.submit.Submitted;
import io.sluice.cli.submit.SubmittedPipelines;
import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.model.LakeRoot;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.pipeline.PipelineLoader;
import io.sluice.definition.yaml.NameList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds what pipelines, tables, views and topics have left in a home and refuses what is in use.
 * The servers must run: topics, hashes and relational tables go with the rest.
 */
public final class Remains {
  private static final String DEFAULT_PREFIX = "sluice:";

  private final Path home;
  private final SubmittedPipelines pipelines;
  private final Cluster cluster;
  private final Broker broker;
  private final ServedViews views;
  private final Tables tables;
  private final RestorePoints points;

  public Remains(Path home, Platform platform, Endpoints at, Broker broker, ServedViews views) {
    this.home = home;
    this.pipelines = new SubmittedPipelines(home);
    this.cluster = platform.cluster(at);
    this.broker = broker;
    this.views = views;
    this.tables = platform.tables(at.lake());
    this.points = new RestorePoints(platform.state(home));
  }

  /** The pipeline that was submitted under this name, or nothing. */
  public Optional<Submitted> pipeline(String name) throws IOException {
    return pipelines.find(name);
  }

  /**
   * Everything that a pipeline has made: its state, its tables, its views, its topic of rejects.
   *
   * @param definitionToo whether its stored definition goes as well
   */
  public Removal ofPipeline(Submitted submitted, boolean definitionToo)
      throws IOException, InterruptedException {
    refuseRunning(submitted.name(), submitted.name());
    Pipeline pipeline = load(submitted);
    Removal removal = new Removal();
    for (String folder : points.folders(submitted)) {
      removal.add("state " + shown(folder), () -> points.remove(folder));
    }
    for (String table : LakeTables.of(pipeline)) {
      addTable(removal, table);
    }
    for (String view : pipeline.gold().keySet()) {
      addServed(removal, view, prefix(pipeline));
    }
    for (Pipeline.Source source : pipeline.sources().values()) {
      addTopic(removal, source.topic() + ".dlq");
    }
    String group = "sluice." + pipeline.name();
    if (broker.hasGroup(group)) {
      removal.add("consumer group " + group, () -> broker.removeGroup(group));
    }
    if (definitionToo) {
      Path stored = home.resolve("submitted").resolve(submitted.name());
      removal.add("stored definition of " + submitted.name(), () -> Trees.remove(stored));
    }
    return removal;
  }

  /** A table of the lake. */
  public Removal ofTable(String table) throws IOException, InterruptedException {
    for (Submitted submitted : pipelines.list()) {
      if (LakeTables.of(load(submitted)).contains(table)) {
        refuseRunning(submitted.name(), "table " + table);
      }
    }
    Removal removal = new Removal();
    addTable(removal, table);
    if (removal.isEmpty()) {
      throw new CommandFailure(
          "There is no table %s; tables: %s.".formatted(table, NameList.of(tables.list())));
    }
    return removal;
  }

  /** A topic with all its records. */
  public Removal ofTopic(String topic) throws IOException, InterruptedException {
    for (Submitted submitted : pipelines.list()) {
      for (Pipeline.Source source : load(submitted).sources().values()) {
        if (topic.equals(source.topic()) || topic.equals(source.topic() + ".dlq")) {
          refuseRunning(submitted.name(), "topic " + topic);
        }
      }
    }
    Removal removal = new Removal();
    addTopic(removal, topic);
    if (removal.isEmpty()) {
      throw new CommandFailure("Kafka has no topic %s.".formatted(topic));
    }
    return removal;
  }

  /** A view in every store, also one that no pipeline defines any more. */
  public Removal ofView(String view) throws IOException, InterruptedException {
    String prefix = DEFAULT_PREFIX;
    for (Submitted submitted : pipelines.list()) {
      Pipeline pipeline = load(submitted);
      if (pipeline.gold().containsKey(view)) {
        refuseRunning(submitted.name(), "view " + view);
        prefix = prefix(pipeline);
      }
    }
    Removal removal = new Removal();
    for (String table : LakeTables.ofView(view)) {
      addTable(removal, table);
    }
    addServed(removal, view, prefix);
    if (removal.isEmpty()) {
      throw new CommandFailure("Nothing of a view %s is in any store.".formatted(view));
    }
    return removal;
  }

  private void refuseRunning(String pipeline, String what)
      throws IOException, InterruptedException {
    for (Cluster.Job job : cluster.jobs()) {
      if (job.active() && job.name().equals(pipeline)) {
        throw new CommandFailure(
            "%s is in use: the pipeline %s runs as job %s. Stop it first: sluice stop %s"
                .formatted(what, pipeline, job.id(), pipeline));
      }
    }
  }

  private String shown(String folder) {
    return LakeRoot.isRemote(folder) ? folder : home.relativize(Path.of(folder)).toString();
  }

  private static Pipeline load(Submitted submitted) {
    return PipelineLoader.load(submitted.pipeline(), submitted.definitions());
  }

  private static String prefix(Pipeline pipeline) {
    return pipeline.connections().redis().map(redis -> redis.keyPrefix()).orElse(DEFAULT_PREFIX);
  }

  private void addTable(Removal removal, String table) throws IOException {
    if (tables.list().contains(table)) {
      removal.add("table " + table, () -> tables.remove(table));
    }
  }

  private void addTopic(Removal removal, String topic) throws IOException, InterruptedException {
    if (broker.hasTopic(topic)) {
      removal.add("topic " + topic, () -> broker.removeTopic(topic));
    }
  }

  private void addServed(Removal removal, String view, String prefix) {
    String keys = prefix + view + ":";
    long hashes = views.hashes(keys);
    if (hashes > 0) {
      removal.add("%d keys %s* in Redis".formatted(hashes, keys), () -> views.removeHashes(keys));
    } else if (views.hashesId(keys).isPresent()) {
      removal.add("the id of view %s in Redis".formatted(view), () -> views.removeHashes(keys));
    }
    if (views.hasTable(view)) {
      removal.add("table %s in PostgreSQL".formatted(view), () -> views.dropTable(view));
    }
  }
}
