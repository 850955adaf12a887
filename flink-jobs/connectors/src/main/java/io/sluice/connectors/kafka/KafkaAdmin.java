package io.sluice.connectors.kafka;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The administrative questions that Sluice asks Kafka. Every call waits for a limited time, 30 s
 * unless said otherwise, and throws an {@link IOException} that names the broker and the question.
 */
public final class KafkaAdmin implements AutoCloseable {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final long MAX_REQUEST_MILLIS = 10_000;
  private static final String MAX_MESSAGE_BYTES = "max.message.bytes";
  private static final Logger LOG = LoggerFactory.getLogger(KafkaAdmin.class);
  private static final long ROOM_FOR_HEADERS = 16_384;
  private static final List<String> TIMESTAMP_SETTINGS =
      List.of(
          TopicConfig.MESSAGE_TIMESTAMP_BEFORE_MAX_MS_CONFIG,
          TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG);
  private static final String MAX_TIMEOUT = "transaction.max.timeout.ms";
  private static final String UNCOMPRESSED = "uncompressed";

  /**
   * Settings of topics whose records come from strangers. The broker unpacks what they send and
   * refuses batches that are larger than a message may be then. Otherwise a batch of 4 KB may be
   * 120 MB in the consumer, which has no setting for that.
   */
  public static final Map<String, String> FOR_STRANGERS =
      Map.of(
          TopicConfig.COMPRESSION_TYPE_CONFIG,
          UNCOMPRESSED,
          TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
          "1048588");

  private final String bootstrap;
  private final Duration timeout;
  private final Admin admin;

  public KafkaAdmin(String bootstrap) {
    this(bootstrap, TIMEOUT);
  }

  /**
   * @param timeout how long a call waits at most
   */
  KafkaAdmin(String bootstrap, Duration timeout) {
    this.bootstrap = BootstrapServers.require(bootstrap);
    this.timeout = timeout;
    this.admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                Long.toString(Math.min(MAX_REQUEST_MILLIS, timeout.toMillis())),
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                Long.toString(timeout.toMillis())));
  }

  /** The longest transaction timeout, in ms, that every broker of the cluster allows. */
  public long maxTransactionTimeoutMs() throws IOException, InterruptedException {
    String question = "reading " + MAX_TIMEOUT;
    var brokers =
        get(question, admin.describeCluster().nodes()).stream()
            .map(node -> new ConfigResource(ConfigResource.Type.BROKER, node.idString()))
            .collect(Collectors.toSet());
    return get(question, admin.describeConfigs(brokers).all()).values().stream()
        .mapToLong(config -> Long.parseLong(config.get(MAX_TIMEOUT).value()))
        .min()
        .orElseThrow(() -> new IOException(question + " from Kafka at " + bootstrap + ": no node"));
  }

  /** The largest message that a topic takes, in bytes. */
  public int maxMessageBytes(String topic) throws IOException, InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    String question = "reading " + MAX_MESSAGE_BYTES + " of topic " + topic;
    return Integer.parseInt(
        get(question, admin.describeConfigs(Set.of(resource)).all())
            .get(resource)
            .get(MAX_MESSAGE_BYTES)
            .value());
  }

  /**
   * The largest batch, in bytes as it is sent, that readers of a topic have to unpack; empty when
   * the broker unpacks all, or there is no such topic.
   */
  public OptionalLong packedBytes(String topic) throws IOException, InterruptedException {
    Map<String, String> settings = topicSettings(topic);
    if (settings.isEmpty()
        || UNCOMPRESSED.equals(settings.get(TopicConfig.COMPRESSION_TYPE_CONFIG))) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(TopicLimits.of(settings).batchBytes());
  }

  /**
   * Creates a topic unless there is one of that name, whose settings are then left alone.
   *
   * @param config topic settings such as {@code retention.ms}
   * @return whether it was created
   */
  public boolean createTopicIfAbsent(String name, int partitions, Map<String, String> config)
      throws IOException, InterruptedException {
    NewTopic topic = new NewTopic(name, Optional.of(partitions), Optional.<Short>empty());
    try {
      get("creating topic " + name, admin.createTopics(Set.of(topic.configs(config))).all());
      return true;
    } catch (IOException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false;
      }
      throw e;
    }
  }

  /**
   * Creates the topic for what is rejected of a source, unless there is one. It takes over what the
   * source allows of a record's size and timestamp, with room for the headers of a dead letter.
   *
   * @return whether it was created
   */
  public boolean createDeadLetterTopicIfAbsent(String name, int partitions, String source)
      throws IOException, InterruptedException {
    Map<String, String> allowed = topicSettings(source);
    Map<String, String> config = new TreeMap<>();
    String size = allowed.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG);
    if (size != null) {
      long larger = Math.min(Integer.MAX_VALUE, Long.parseLong(size) + ROOM_FOR_HEADERS);
      config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Long.toString(larger));
    }
    TIMESTAMP_SETTINGS.stream()
        .filter(allowed::containsKey)
        .forEach(setting -> config.put(setting, allowed.get(setting)));
    if (!config.containsKey(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG)
        && allowed.containsKey(TopicLimits.TIMESTAMP_DIFFERENCE)) {
      config.put(TopicLimits.TIMESTAMP_DIFFERENCE, allowed.get(TopicLimits.TIMESTAMP_DIFFERENCE));
    }
    return createTopicIfAbsent(name, partitions, config);
  }

  /**
   * The settings of a topic that are in effect, those of the broker included; empty when there is
   * no such topic or it may not be described.
   */
  Map<String, String> topicSettings(String topic) throws IOException, InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try {
      return get("settings of topic " + topic, admin.describeConfigs(Set.of(resource)).all())
          .get(resource)
          .entries()
          .stream()
          .filter(entry -> entry.value() != null)
          .collect(Collectors.toMap(ConfigEntry::name, ConfigEntry::value));
    } catch (IOException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException
          || e.getCause() instanceof AuthorizationException) {
        LOG.warn("{}; taken to have Kafka's defaults.", e.getMessage());
        return Map.of();
      }
      throw e;
    }
  }

  /** The id that tells a topic from a later one of its name; empty when there is no such topic. */
  public Optional<String> topicId(String topic) throws IOException, InterruptedException {
    return describe(topic).map(description -> description.topicId().toString());
  }

  /** The next offset to be written, per partition in order; empty when there is no such topic. */
  public Map<Integer, Long> endOffsets(String topic) throws IOException, InterruptedException {
    return endOffsets(topic, IsolationLevel.READ_UNCOMMITTED);
  }

  private Map<Integer, Long> endOffsets(String topic, IsolationLevel level)
      throws IOException, InterruptedException {
    Optional<TopicDescription> description = describe(topic);
    if (description.isEmpty()) {
      return Map.of();
    }
    Map<TopicPartition, OffsetSpec> latest =
        description.get().partitions().stream()
            .collect(
                Collectors.toMap(
                    partition -> new TopicPartition(topic, partition.partition()),
                    partition -> OffsetSpec.latest()));
    Map<Integer, Long> offsets = new TreeMap<>();
    get(
            "end offsets of topic " + topic,
            admin.listOffsets(latest, new ListOffsetsOptions(level)).all())
        .forEach((partition, info) -> offsets.put(partition.partition(), info.offset()));
    return offsets;
  }

  /**
   * How many records wait for a consumer group that reads committed ones, per partition of a topic
   * in order. A partition for which the group committed nothing counts from 0. Where more than
   * {@value WaitingRecords#MOST_READ} offsets wait, offsets are counted: with transactions on the
   * topic their markers are among them.
   */
  public Map<Integer, Long> lag(String groupId, String topic)
      throws IOException, InterruptedException {
    Map<TopicPartition, OffsetAndMetadata> committed =
        get(
            "offsets of consumer group " + groupId,
            admin.listConsumerGroupOffsets(groupId).partitionsToOffsetAndMetadata(groupId));
    Map<Integer, WaitingRecords.Range> behind = new TreeMap<>();
    endOffsets(topic, IsolationLevel.READ_COMMITTED)
        .forEach(
            (partition, end) -> {
              OffsetAndMetadata at = committed.get(new TopicPartition(topic, partition));
              behind.put(partition, new WaitingRecords.Range(at == null ? 0 : at.offset(), end));
            });
    try {
      return new TreeMap<>(WaitingRecords.count(bootstrap, topic, behind));
    } catch (KafkaException e) {
      throw new IOException(
          "records of topic " + topic + " at Kafka " + bootstrap + ": " + e.getMessage(), e);
    }
  }

  /** Deletes a topic and waits until it is gone. */
  public void deleteTopic(String topic) throws IOException, InterruptedException {
    get("deleting topic " + topic, admin.deleteTopics(Set.of(topic)).all());
  }

  /** Whether a consumer group has committed offsets. */
  public boolean hasGroup(String groupId) throws IOException, InterruptedException {
    return !get(
            "offsets of consumer group " + groupId,
            admin.listConsumerGroupOffsets(groupId).partitionsToOffsetAndMetadata(groupId))
        .isEmpty();
  }

  /** Deletes a consumer group without members. */
  public void deleteGroup(String groupId) throws IOException, InterruptedException {
    get("deleting consumer group " + groupId, admin.deleteConsumerGroups(Set.of(groupId)).all());
  }

  private Optional<TopicDescription> describe(String topic)
      throws IOException, InterruptedException {
    try {
      return Optional.of(
          get("describing topic " + topic, admin.describeTopics(Set.of(topic)).allTopicNames())
              .get(topic));
    } catch (IOException e) {
      if (e.getCause() instanceof UnknownTopicOrPartitionException) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private <T> T get(String question, KafkaFuture<T> future)
      throws IOException, InterruptedException {
    try {
      return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException(
          question + " at Kafka " + bootstrap + ": " + e.getCause().getMessage(), e.getCause());
    } catch (TimeoutException e) {
      throw new IOException(
          question + " at Kafka " + bootstrap + ": no answer in " + timeout.toSeconds() + " s", e);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(5));
  }
}
