package io.sluice.cli.demo.measure;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Counts the committed records of the dead-letter topic by the rule that they broke. */
final class DeadLetters {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration ANSWER = Duration.ofSeconds(30);

  private final String bootstrapServers;

  DeadLetters(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  /** Rule to number of records, of what was committed when this was called. */
  SortedMap<String, Long> byRule() {
    var counts = new TreeMap<String, Long>();
    try (var consumer = consumer()) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Names.DEAD_LETTER_TOPIC, ANSWER).stream()
              .map(each -> new TopicPartition(each.topic(), each.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, ANSWER);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey(), ANSWER) < end.getValue())) {
        for (ConsumerRecord<byte[], byte[]> letter : consumer.poll(POLL)) {
          counts.merge(rule(letter), 1L, Long::sum);
        }
      }
    }
    return counts;
  }

  private static String rule(ConsumerRecord<byte[], byte[]> letter) {
    Header rule = letter.headers().lastHeader("reject.rule");
    return rule == null ? "(no rule)" : new String(rule.value(), StandardCharsets.UTF_8);
  }

  private KafkaConsumer<byte[], byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed",
            ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
            false),
        new ByteArrayDeserializer(),
        new ByteArrayDeserializer());
  }
}
