package io.sluice.connectors.kafka.transactions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.connectors.kafka.KafkaAdmin;
import io.sluice.connectors.local.LocalKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Open transactions of a real broker, and consumers that wait behind them. */
class KafkaTransactionsITCase {
  private static final Duration TIMEOUT = Duration.ofMinutes(10);
  private static final String TOPIC = "letters";

  @TempDir static Path directory;
  private static LocalKafka kafka;

  @BeforeAll
  static void start() throws Exception {
    kafka = new LocalKafka(directory);
    try (KafkaAdmin admin = new KafkaAdmin(kafka.bootstrap())) {
      admin.createTopicIfAbsent(TOPIC, 2, Map.of());
    }
  }

  @AfterAll
  static void stop() throws Exception {
    kafka.close();
  }

  @Test
  void showsAndAbortsATransactionThatHoldsUpItsTopic() throws Exception {
    try (KafkaTransactions transactions = new KafkaTransactions(kafka.bootstrap());
        KafkaProducer<String, String> stuck = producer("stuck");
        KafkaProducer<String, String> other = producer("other");
        KafkaConsumer<String, String> consumer = consumer()) {
      assertThat(transactions.open()).isEmpty();
      Instant before = Instant.now().minusSeconds(1);
      stuck.beginTransaction();
      stuck.send(new ProducerRecord<>(TOPIC, 1, "k", "lost")).get();
      other.beginTransaction();
      other.send(new ProducerRecord<>(TOPIC, 1, "k", "kept")).get();
      other.commitTransaction();
      soon("the markers of the commit")
          .until(() -> transactions.state("other").equals(Optional.of("CompleteCommit")));

      List<OpenTransaction> open = transactions.open();
      assertThat(open).hasSize(1);
      assertThat(open.get(0).id()).isEqualTo("stuck");
      assertThat(open.get(0).isOngoing()).isTrue();
      assertThat(open.get(0).timeout()).isEqualTo(TIMEOUT);
      assertThat(open.get(0).began().orElseThrow()).isBetween(before, Instant.now().plusSeconds(1));
      assertThat(open.get(0).partitions()).containsExactly(TOPIC + "-1");
      assertThat(transactions.open("stuck")).contains(open.get(0));
      assertThat(consumer.poll(Duration.ofMillis(500))).isEmpty();

      transactions.abort("stuck");
      soon("the markers of the abort").until(() -> transactions.open().isEmpty());
      soon("what is behind it")
          .until(
              () -> {
                for (var record : consumer.poll(Duration.ofMillis(200))) {
                  assertThat(record.value()).isEqualTo("kept");
                  return true;
                }
                return false;
              });
      assertThatThrownBy(stuck::commitTransaction).isInstanceOf(KafkaException.class);
    }
  }

  @Test
  void knowsNoOtherId() throws Exception {
    try (KafkaTransactions transactions = new KafkaTransactions(kafka.bootstrap())) {
      assertThat(transactions.state("nobody's")).isEmpty();
      assertThat(transactions.open("nobody's")).isEmpty();
    }
  }

  private static ConditionFactory soon(String what) {
    return await(what).pollInterval(Duration.ofMillis(50)).atMost(Duration.ofSeconds(30));
  }

  private static KafkaProducer<String, String> producer(String id) {
    KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                kafka.bootstrap(),
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                id,
                ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
                (int) TIMEOUT.toMillis()),
            new StringSerializer(),
            new StringSerializer());
    producer.initTransactions();
    return producer;
  }

  private static KafkaConsumer<String, String> consumer() {
    KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                kafka.bootstrap(),
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed"),
            new StringDeserializer(),
            new StringDeserializer());
    TopicPartition partition = new TopicPartition(TOPIC, 1);
    consumer.assign(List.of(partition));
    consumer.seekToBeginning(List.of(partition));
    return consumer;
  }
}
