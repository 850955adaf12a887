package io.sluice.job;

import io.sluice.connectors.kafka.KafkaAdmin;
import io.sluice.definition.edit.TopicLife;
import io.sluice.definition.model.Pipeline;
import io.sluice.delta.commit.Fence.Origin;
import io.sluice.delta.table.DeltaTables;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Tells which life of its topic a dataset's tables and a job's state belong to, when a job is
 * submitted. A topic is known by its id: offsets of another topic of the same name say nothing.
 */
final class TopicLives {
  private TopicLives() {}

  /**
   * Asks Kafka and the tables of the lake.
   *
   * @return by dataset
   * @throws IllegalStateException if a topic is missing, or ends before what the tables hold of it
   */
  static Map<String, TopicLife> read(KafkaAdmin kafka, String lake, Pipeline pipeline)
      throws IOException, InterruptedException {
    Map<String, TopicLife> lives = new HashMap<>();
    for (Pipeline.Source source : pipeline.sources().values()) {
      String dataset = source.dataset().name();
      String topic = source.topic();
      String id =
          kafka
              .topicId(topic)
              .orElseThrow(
                  () ->
                      new IllegalStateException(
                          "dataset %s: Kafka has no topic %s. Create it, then start the job."
                              .formatted(dataset, topic)));
      Map<String, Map<String, Long>> held = held(lake, dataset);
      // Asked for after what the tables hold, which can only be less than there is.
      Map<Integer, Long> ends = kafka.endOffsets(topic);
      lives.put(dataset, life(source, id, held, ends));
    }
    return lives;
  }

  /** Positions by table. */
  private static Map<String, Map<String, Long>> held(String lake, String dataset)
      throws IOException {
    Map<String, Map<String, Long>> held = new HashMap<>();
    for (String layer : List.of("bronze", "silver", "quarantine")) {
      String table = layer + "/" + dataset;
      if (DeltaTables.exists(lake + "/" + table)) {
        held.put(table, DeltaTables.positions(lake + "/" + table));
      }
    }
    return held;
  }

  /**
   * The life of a topic.
   *
   * @param held positions by table
   * @param ends end offsets by partition
   */
  static TopicLife life(
      Pipeline.Source source,
      String id,
      Map<String, Map<String, Long>> held,
      Map<Integer, Long> ends) {
    Set<String> others = new HashSet<>();
    held.values()
        .forEach(positions -> positions.keySet().forEach(group -> add(others, source, group)));
    others.remove(id);
    others.remove("");
    TopicLife life = new TopicLife(id, others.size());
    held.forEach(
        (table, positions) ->
            positions.forEach(
                (group, position) -> check(source, life, table, group, position, ends)));
    return life;
  }

  private static boolean isOf(Pipeline.Source source, String group) {
    return group.startsWith(source.topic() + "/");
  }

  private static void add(Set<String> ids, Pipeline.Source source, String group) {
    if (isOf(source, group)) {
      ids.add(Origin.idOf(group));
    }
  }

  /** A topic that ends before what a table holds of it would have its next records skipped. */
  private static void check(
      Pipeline.Source source,
      TopicLife life,
      String table,
      String group,
      long position,
      Map<Integer, Long> ends) {
    String id = Origin.idOf(group);
    boolean counts = id.isEmpty() ? life.first() : id.equals(life.id());
    if (!isOf(source, group) || !counts) {
      return;
    }
    String partition = group.substring(group.lastIndexOf('/') + 1).replaceFirst("@.*", "");
    long end = ends.getOrDefault(Integer.parseInt(partition), 0L);
    if (position >= end) {
      throw new IllegalStateException(
          "dataset %s: partition %s of the topic %s ends at offset %d, but %s holds its records up to offset %d. The topic was made again, or Kafka lost records; offsets that are given a second time would be taken for those that the table holds. Remove what the pipeline has made (sluice reset), or give it another lake root."
              .formatted(source.dataset().name(), partition, source.topic(), end, table, position));
    }
  }
}
