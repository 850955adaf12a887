package io.sluice.cli.submit;

import io.sluice.cli.platform.Broker;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.platform.Endpoints;
import io.sluice.cli.platform.Platform;
import io.sluice.cli.platform.Schemas;
import io.sluice.cli.platform.Tables;
import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.edit.Store;
import io.sluice.definition.edit.TopicLife;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.model.Run;
import io.sluice.job.TransactionLimit;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What comes before a job: everything that can be refused without a trace, then the topics, schemas
 * and marks that the job needs.
 */
final class Preparation {
  private static final int DEAD_LETTER_PARTITIONS = 1;

  private final Platform platform;
  private final Endpoints at;
  private final Cluster cluster;
  private final Broker broker;
  private final Schemas schemas;
  private final SubmittedPipelines submitted;
  private final Savepoints savepoints;
  private final Consumer<String> progress;

  Preparation(
      Platform platform,
      Endpoints at,
      Broker broker,
      SubmittedPipelines submitted,
      Consumer<String> progress) {
    this.platform = platform;
    this.at = at;
    this.cluster = platform.cluster(at);
    this.broker = broker;
    this.schemas = platform.schemas(at);
    this.submitted = submitted;
    this.savepoints = new Savepoints(platform, at, progress);
    this.progress = progress;
  }

  /**
   * Refuses a pipeline that cannot run, whatever state it begins from, and changes nothing.
   *
   * @param parallelism parallel tasks of each stage
   */
  void check(Pipeline pipeline, int parallelism, StartPoint start)
      throws IOException, InterruptedException {
    refuseOptionsOfSavepoints(start);
    refuseParallelism(pipeline, parallelism);
    refuseTransactions(pipeline.run());
    new Neighbours(submitted, progress).check(pipeline);
    checkOwners(pipeline);
  }

  /**
   * Compares a pipeline with the state that it begins from, if there is any, and changes nothing.
   *
   * @throws io.sluice.definition.edit.EditRefusedException if the state does not fit
   */
  void compare(Pipeline pipeline, StartPoint start, StoreIds ids)
      throws IOException, InterruptedException {
    if (start.from().isPresent()) {
      cluster
          .compare(
              pipeline,
              start.from().get(),
              start.restartViews(),
              topics(pipeline),
              ids,
              start.accepted())
          .forEach(progress);
    }
  }

  /**
   * Makes topics, schemas and marks; harmless when all is there.
   *
   * @return the ids of the stores beside the lake
   */
  Map<Store, String> make(Pipeline pipeline, StoreIds ids)
      throws IOException, InterruptedException {
    return ids.mark(pipeline, prepareSources(pipeline));
  }

  private static void refuseParallelism(Pipeline pipeline, int parallelism) {
    int most = pipeline.run().maxParallelism();
    if (parallelism < 1 || parallelism > most) {
      throw new CommandFailure(
          "--parallelism is %d; for the pipeline %s it must be from 1 to %d, its run.maxParallelism."
              .formatted(parallelism, pipeline.name(), most));
    }
  }

  /** The job would refuse to start, but only after topics and schemas are there. */
  private void refuseTransactions(Run run) throws IOException, InterruptedException {
    try {
      TransactionLimit.check(broker.maxTransactionTimeoutMs(), run);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(e.getMessage(), e);
    }
  }

  private static void refuseOptionsOfSavepoints(StartPoint start) {
    if (start.from().isEmpty() && !start.restartViews().isEmpty()) {
      throw new CommandFailure(
          "--restart-view is for starts from a savepoint; without one every view begins anew.");
    }
    if (start.from().isEmpty() && !start.accepted().isEmpty()) {
      throw new CommandFailure(
          "--accept-new is for starts from a savepoint; without one any store will do. Leave it out, or add --from SAVEPOINT.");
    }
  }

  /**
   * A table names the pipeline that wrote it, also one that was submitted from another home. A lake
   * whose address is known to the job alone is looked at by the job.
   */
  private void checkOwners(Pipeline pipeline) throws IOException {
    Optional<String> lake = savepoints.lake(pipeline);
    if (lake.isPresent()) {
      Tables tables = platform.tables(lake.get());
      for (String table : LakeTables.of(pipeline)) {
        tables.checkOwner(table, pipeline.name());
      }
    }
  }

  private Map<String, TopicLife> topics(Pipeline pipeline)
      throws IOException, InterruptedException {
    Map<String, TopicLife> topics = new LinkedHashMap<>();
    for (Pipeline.Source source : pipeline.sources().values()) {
      String id = broker.topicId(source.topic()).orElse("");
      topics.put(source.dataset().name(), new TopicLife(id, 0));
    }
    return topics;
  }

  /**
   * Makes the topics that are missing and registers the schemas; harmless when all is there.
   *
   * @return the ids of the schemas by dataset
   */
  private Map<String, Integer> prepareSources(Pipeline pipeline)
      throws IOException, InterruptedException {
    Map<String, Integer> ids = new LinkedHashMap<>();
    for (Pipeline.Source source : pipeline.sources().values()) {
      String topic = source.topic();
      String rejects = topic + ".dlq";
      if (broker.createTopic(topic, Submission.SOURCE_PARTITIONS)) {
        progress.accept("created topic " + topic);
      } else {
        warnOfPackedBatches(topic);
      }
      if (broker.createDeadLetterTopic(rejects, DEAD_LETTER_PARTITIONS, topic)) {
        progress.accept("created topic " + rejects);
      }
      ids.put(source.dataset().name(), register(source));
    }
    return ids;
  }

  private void warnOfPackedBatches(String topic) throws IOException, InterruptedException {
    broker
        .packedBytes(topic)
        .ifPresent(
            bytes ->
                progress.accept(
                    "warning: topic %s takes compressed batches of up to %,d bytes, which may be a thousand times as many in the job; let only producers write to it that you trust, or set it with: kafka-configs.sh --bootstrap-server %s --alter --entity-type topics --entity-name %s --add-config compression.type=uncompressed"
                        .formatted(topic, bytes, at.kafka(), topic)));
  }

  private int register(Pipeline.Source source) throws IOException {
    String subject = source.subject();
    try {
      int id = schemas.register(subject, source.dataset().schema());
      progress.accept("schema of %s is %s, id %d".formatted(source.dataset().name(), subject, id));
      return id;
    } catch (IOException e) {
      throw new CommandFailure(
          "The schema of %s cannot be registered as %s: %s"
              .formatted(source.dataset().name(), subject, e.getMessage()),
          e);
    }
  }
}
