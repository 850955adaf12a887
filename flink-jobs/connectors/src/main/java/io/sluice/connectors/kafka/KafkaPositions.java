package io.sluice.connectors.kafka;

import java.io.Serializable;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;

/**
 * How far the readers of one source have come, for operators that run in the tasks of the readers.
 * The source and whoever asks are given the same object when the job is defined; after both were
 * sent to a task, they find each other by the id of the reader's consumer.
 */
public final class KafkaPositions implements Serializable {
  private static final long serialVersionUID = 1L;

  /** By client id, which is unique in a cluster of machines. */
  private static final Map<String, ReaderPositions> READERS = new ConcurrentHashMap<>();

  private final String bootstrap;
  private final String topic;
  private final String groupId;
  private final String clientIdPrefix;

  /**
   * Positions of a source that is not yet made.
   *
   * @param bootstrap Kafka bootstrap servers, {@code host:port,...}
   * @param groupId consumer group under which progress is shown
   */
  public KafkaPositions(String bootstrap, String topic, String groupId) {
    this.bootstrap = BootstrapServers.require(bootstrap);
    this.topic = topic;
    this.groupId = groupId;
    // Several sources of one job may share a group id; client ids must still differ.
    this.clientIdPrefix = groupId + "." + topic + "." + UUID.randomUUID();
  }

  /**
   * Asks the broker how far partitions reach for readers of committed records. Does not block.
   *
   * @param subtask whose reader has the partitions; it runs in this process
   * @return tells whether the reader has handed out every record that a partition held when the
   *     broker answered; to be tested in the reader's thread. Completes exceptionally if the broker
   *     does not answer within ten seconds.
   */
  public CompletableFuture<IntPredicate> ask(int subtask, Set<Integer> partitions) {
    ReaderPositions reader = READERS.get(clientId(subtask));
    return reader == null
        ? CompletableFuture.failedFuture(
            new IllegalStateException(
                "The reader of topic " + topic + " does not run in this process."))
        : reader.ask(partitions);
  }

  String bootstrap() {
    return bootstrap;
  }

  String topic() {
    return topic;
  }

  String groupId() {
    return groupId;
  }

  String clientIdPrefix() {
    return clientIdPrefix;
  }

  /** Flink gives this id to the consumer of a subtask. */
  private String clientId(int subtask) {
    return clientIdPrefix + "-" + subtask;
  }

  ReaderPositions register(int subtask) {
    ReaderPositions reader = new ReaderPositions(bootstrap, topic);
    READERS.put(clientId(subtask), reader);
    return reader;
  }

  void unregister(int subtask, ReaderPositions reader) {
    READERS.remove(clientId(subtask), reader);
  }

  /** The reader that a consumer belongs to, or null once it was closed. */
  static ReaderPositions ofClient(String clientId) {
    return READERS.get(Objects.requireNonNull(clientId));
  }
}
