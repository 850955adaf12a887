package io.sluice.cli.produce;

import io.sluice.cli.CommandFailure;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends messages to Kafka, idempotent and acknowledged by all replicas. The Kafka timestamp is the
 * time of sending.
 */
public final class KafkaMessageSink implements MessageSink {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final String topic;
  private final Producer<byte[], byte[]> producer;
  private final AtomicLong acknowledged = new AtomicLong();
  private volatile Exception failure;

  public KafkaMessageSink(String bootstrapServers, String topic) {
    this.topic = topic;
    this.producer =
        new KafkaProducer<>(
            Map.of(
                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ProducerConfig.CLIENT_ID_CONFIG,
                "sluice-produce",
                ProducerConfig.ACKS_CONFIG,
                "all",
                ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
                true,
                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                "lz4",
                ProducerConfig.BATCH_SIZE_CONFIG,
                64 * 1024,
                ProducerConfig.LINGER_MS_CONFIG,
                5,
                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                15_000,
                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                60_000),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  @Override
  public void send(byte[] key, byte[] value) {
    failIfNeeded();
    try {
      producer.send(
          new ProducerRecord<>(topic, key, value),
          (metadata, error) -> {
            if (error == null) {
              acknowledged.incrementAndGet();
            } else if (failure == null) {
              failure = error;
            }
          });
    } catch (KafkaException e) {
      failure = e;
      failIfNeeded();
    }
  }

  @Override
  public void flush() {
    producer.flush();
    failIfNeeded();
  }

  private void failIfNeeded() {
    Exception cause = failure;
    if (cause != null) {
      throw new CommandFailure(
          "Kafka took %d records of topic %s and then failed: %s"
              .formatted(acknowledged.get(), topic, cause.getMessage()),
          cause);
    }
  }

  @Override
  public long acknowledged() {
    return acknowledged.get();
  }

  @Override
  public void close() {
    producer.close(CLOSE_TIMEOUT);
  }
}
