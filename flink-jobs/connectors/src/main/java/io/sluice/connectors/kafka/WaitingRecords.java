package io.sluice.connectors.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts records between two offsets by reading them, since offsets alone do not tell: markers of
 * transactions and aborted records take some too.
 */
final class WaitingRecords {
  /** More offsets are not read: that something waits is certain then, and reading would cost. */
  static final long MOST_READ = 100;

  private static final Duration LONGEST = Duration.ofSeconds(2);
  private static final Duration POLL = Duration.ofMillis(100);

  private static final Logger LOG = LoggerFactory.getLogger(WaitingRecords.class);

  private WaitingRecords() {}

  /**
   * Offsets of a partition.
   *
   * @param from the first
   * @param end behind the last; at most the last stable offset
   */
  record Range(long from, long end) {
    long length() {
      return Math.max(0, end - from);
    }
  }

  /**
   * How many committed records each partition holds in its range. A partition that cannot be read
   * in time counts with all of its offsets.
   */
  static Map<Integer, Long> count(String bootstrap, String topic, Map<Integer, Range> ranges) {
    Map<Integer, Long> counts = new HashMap<>();
    ranges.forEach((partition, range) -> counts.put(partition, range.length()));
    Map<TopicPartition, Range> toRead =
        ranges.entrySet().stream()
            .filter(entry -> entry.getValue().length() > 0)
            .filter(entry -> entry.getValue().length() <= MOST_READ)
            .collect(
                Collectors.toMap(
                    entry -> new TopicPartition(topic, entry.getKey()), Map.Entry::getValue));
    if (!toRead.isEmpty()) {
      try (KafkaConsumer<byte[], byte[]> consumer =
          new KafkaConsumer<>(
              settings(bootstrap), new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        read(consumer, toRead).forEach((of, count) -> counts.put(of.partition(), count));
      }
    }
    return counts;
  }

  private static Map<String, Object> settings(String bootstrap) {
    return Map.of(
        ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
        bootstrap,
        ConsumerConfig.ISOLATION_LEVEL_CONFIG,
        "read_committed",
        // Records before the oldest one that is kept do not wait any more.
        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
        "earliest",
        ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG,
        "false",
        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
        (int) LONGEST.toMillis());
  }

  /** The partitions that were read to their end. */
  private static Map<TopicPartition, Long> read(
      KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Range> ranges) {
    consumer.assign(ranges.keySet());
    ranges.forEach((partition, range) -> consumer.seek(partition, range.from()));
    Map<TopicPartition, Long> seen = new HashMap<>();
    Map<TopicPartition, Long> whole = new HashMap<>();
    long deadline = System.nanoTime() + LONGEST.toNanos();
    try {
      while (whole.size() < ranges.size() && System.nanoTime() < deadline) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          TopicPartition partition = new TopicPartition(record.topic(), record.partition());
          if (record.offset() < ranges.get(partition).end()) {
            seen.merge(partition, 1L, Long::sum);
          }
        }
        for (TopicPartition partition : Set.copyOf(consumer.assignment())) {
          if (consumer.position(partition) >= ranges.get(partition).end()) {
            whole.put(partition, seen.getOrDefault(partition, 0L));
            consumer.pause(Set.of(partition));
          }
        }
      }
    } catch (TimeoutException e) {
      LOG.debug("partitions of {} were not read in time", ranges.keySet(), e);
    }
    return whole;
  }
}
