package io.sluice.connectors.kafka;

import static org.awaitility.Awaitility.await;

import io.sluice.connectors.local.LocalKafka;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TransactionState;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic as a plain consumer would. */
final class Records {
  private Records() {}

  /** All committed records of a topic with one partition, up to the last stable offset. */
  static List<ConsumerRecord<byte[], byte[]>> committed(LocalKafka kafka, String topic) {
    awaitMarkers(kafka);
    Map<String, Object> config =
        Map.of("bootstrap.servers", kafka.bootstrap(), "isolation.level", "read_committed");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
      return records;
    }
  }

  /** A commit is answered when it is decided; readers see it once its markers are in the log. */
  private static void awaitMarkers(LocalKafka kafka) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrap()))) {
      await()
          .atMost(Duration.ofSeconds(30))
          .until(
              () ->
                  admin.listTransactions().all().get().stream()
                      .noneMatch(
                          each ->
                              each.state() == TransactionState.PREPARE_COMMIT
                                  || each.state() == TransactionState.PREPARE_ABORT));
    }
  }
}
