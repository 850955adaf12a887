package io.sluice.cli.submit;

import io.sluice.cli.platform.Broker;
import io.sluice.cli.platform.Cluster;
import io.sluice.cli.text.CommandFailure;
import io.sluice.definition.model.Pipeline;
import io.sluice.definition.yaml.NameList;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What a pipeline can be scaled to. Everything is refused before anything is changed. */
final class ScaleLimits {
  private final Cluster cluster;
  private final Broker broker;

  ScaleLimits(Cluster cluster, Broker broker) {
    this.cluster = cluster;
    this.broker = broker;
  }

  /**
   * Refuses a number of parallel tasks that the pipeline, its topics or the cluster cannot use.
   *
   * @throws CommandFailure with the number that is possible, and how to have more
   */
  void check(RunningPipeline running, Pipeline pipeline, int wanted)
      throws IOException, InterruptedException {
    String name = pipeline.name();
    int most = pipeline.run().maxParallelism();
    if (wanted < 1 || wanted > most) {
      throw new CommandFailure(
          "%s cannot be scaled to %d: it runs on 1 to %d parallel tasks, its run.maxParallelism, which is fixed while there is state."
              .formatted(name, wanted, most));
    }
    requirePartitions(pipeline, wanted);
    int own = running.parallelism();
    int slots = slots(running);
    if (slots < wanted) {
      int free = Math.max(0, slots - own);
      throw new CommandFailure(
          "%s cannot be scaled to %d: the cluster has %d task slots for it, %d of its own and %d free, and the one TaskManager of a home gets no more.%s"
              .formatted(name, wanted, own + free, own, free, others(name)));
    }
  }

  /**
   * Those that no other job uses. A job keeps a slot for some seconds after it was scaled down,
   * which is none that it lacks.
   */
  private int slots(RunningPipeline running) throws IOException, InterruptedException {
    int slots = cluster.rescaling().slots();
    for (Cluster.Job job : cluster.jobs()) {
      if (job.active() && !job.id().equals(running.job().id())) {
        slots -= cluster.parallelism(job.id());
      }
    }
    return slots;
  }

  /**
   * Refuses tasks that would have nothing to read.
   *
   * @throws CommandFailure with the partitions of each topic
   */
  void requirePartitions(Pipeline pipeline, int wanted) throws IOException, InterruptedException {
    List<String> topics = new ArrayList<>();
    int most = 0;
    for (Pipeline.Source source : pipeline.sources().values()) {
      // One that is not there yet is made.
      int partitions =
          broker.topicId(source.topic()).isPresent()
              ? broker.partitions(source.topic())
              : Submission.SOURCE_PARTITIONS;
      most = Math.max(most, partitions);
      topics.add("%s has %d".formatted(source.topic(), partitions));
    }
    if (wanted > most) {
      throw new CommandFailure(
          "%s cannot run on %d parallel tasks: no more of them can read than a topic has partitions, and %s. More of them: kafka-topics.sh --alter --topic TOPIC --partitions %d"
              .formatted(pipeline.name(), wanted, NameList.of(topics), wanted));
    }
  }

  private String others(String name) throws IOException, InterruptedException {
    List<String> others =
        cluster.jobs().stream()
            .filter(job -> job.active() && !job.name().equals(name))
            .map(Cluster.Job::name)
            .toList();
    return others.isEmpty()
        ? ""
        : " Those of another pipeline become free when it is stopped or scaled down: sluice stop %s --savepoint"
            .formatted(String.join(" or ", others));
  }
}
