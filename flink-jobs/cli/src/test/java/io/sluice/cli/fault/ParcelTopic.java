package io.sluice.cli.fault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The topic of parcels, which takes nearly everything, and its topic of dead letters, which
 * somebody has made before with what a broker allows by default.
 */
final class ParcelTopic implements AutoCloseable {
  static final int PARTITIONS = 2;

  private static final String NAME = "neighbours.parcels.v1";
  private static final String DEAD_LETTERS = NAME + ".dlq";
  private static final int LARGEST = 8 << 20;
  private static final Duration ANSWER = Duration.ofSeconds(30);

  private final String servers;
  private final KafkaProducer<byte[], byte[]> producer;

  private ParcelTopic(String servers) {
    this.servers = servers;
    producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                servers,
                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                LARGEST,
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "zstd"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Makes both topics. */
  static ParcelTopic create(String servers) throws Exception {
    NewTopic source =
        new NewTopic(NAME, PARTITIONS, (short) 1)
            .configs(
                Map.of(
                    TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                    Integer.toString(LARGEST),
                    TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG,
                    Long.toString(Long.MAX_VALUE)));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      admin
          .createTopics(Set.of(source, new NewTopic(DEAD_LETTERS, 1, (short) 1)))
          .all()
          .get(ANSWER.toSeconds(), TimeUnit.SECONDS);
    }
    return new ParcelTopic(servers);
  }

  /** Sends a record and waits until the broker has it. */
  void send(Poison poison, int partition) throws Exception {
    producer.send(record(poison, partition)).get(ANSWER.toSeconds(), TimeUnit.SECONDS);
  }

  private static ProducerRecord<byte[], byte[]> record(Poison poison, int partition) {
    List<Header> headers = List.of(new RecordHeader("trace", null));
    Long timestamp = poison.timestamp();
    boolean none = timestamp != null && timestamp < 0;
    Long allowed = none ? null : timestamp;
    return new ProducerRecord<>(NAME, partition, allowed, poison.key(), poison.value(), headers) {
      /** The protocol has "no timestamp", which the constructor refuses; old producers send it. */
      @Override
      public Long timestamp() {
        return none ? timestamp : super.timestamp();
      }
    };
  }

  /** The committed dead letters. */
  List<ConsumerRecord<byte[], byte[]>> deadLetters() {
    List<ConsumerRecord<byte[], byte[]>> letters = new ArrayList<>();
    TopicPartition partition = new TopicPartition(DEAD_LETTERS, 0);
    try (var consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                servers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition), ANSWER).get(partition);
      while (consumer.position(partition, ANSWER) < end) {
        consumer.poll(Duration.ofMillis(200)).forEach(letters::add);
      }
    }
    return letters;
  }

  @Override
  public void close() {
    producer.close(ANSWER);
  }
}
