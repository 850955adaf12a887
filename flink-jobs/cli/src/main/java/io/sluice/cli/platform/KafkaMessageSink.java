package io.sluice.cli.platform;

import io.sluice.cli.text.CommandFailure;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends messages to Kafka, idempotent and acknowledged by all replicas. The Kafka timestamp is the
 * time of sending. A message that the topic refuses for its size, key or timestamp is told to its
 * sender; every other failure ends the sending.
 */
public final class KafkaMessageSink implements MessageSink {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);
  private static final int BATCH = 64 * 1024;
  private static final long BUFFER = 64L << 20;

  private final String topic;
  private final int maxMessageBytes;
  private final Producer<byte[], byte[]> producer;
  private final AtomicLong acknowledged = new AtomicLong();
  private final Queue<Message> again = new ConcurrentLinkedQueue<>();
  private volatile Exception failure;

  private record Message(byte[] key, byte[] value, Consumer<Problem> refused) {}

  /**
   * Connects.
   *
   * @param maxMessageBytes the topic's limit; larger messages, before compression, are refused
   */
  public KafkaMessageSink(String bootstrapServers, String topic, int maxMessageBytes) {
    this(topic, maxMessageBytes, connect(bootstrapServers, maxMessageBytes));
  }

  KafkaMessageSink(String topic, int maxMessageBytes, Producer<byte[], byte[]> producer) {
    this.topic = topic;
    this.maxMessageBytes = maxMessageBytes;
    this.producer = producer;
  }

  private static Producer<byte[], byte[]> connect(String bootstrapServers, int maxMessageBytes) {
    Map<String, Object> settings = new HashMap<>();
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, "sluice-produce");
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    // Topics that Sluice makes hold no compressed batches: the broker would only unpack them, and
    // refuse those that are too large then.
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "none");
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxMessageBytes);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, Math.min(BATCH, maxMessageBytes));
    settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 15_000);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 60_000);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Override
  public void send(byte[] key, byte[] value, Consumer<Problem> refused) {
    failIfNeeded();
    sendAgain();
    hand(new Message(key, value, refused), false);
  }

  /** A message that was only in the batch of a refused one is sent by itself. */
  private void sendAgain() {
    for (Message message = again.poll(); message != null; message = again.poll()) {
      producer.flush();
      hand(message, true);
      producer.flush();
      failIfNeeded();
    }
  }

  private void hand(Message message, boolean alone) {
    try {
      producer.send(
          new ProducerRecord<>(topic, message.key(), message.value()),
          (metadata, error) -> {
            if (error == null) {
              acknowledged.incrementAndGet();
            } else {
              answer(message, error, alone);
            }
          });
    } catch (KafkaException e) {
      failure = e;
      failIfNeeded();
    }
  }

  private void answer(Message message, Exception error, boolean alone) {
    if (error instanceof RecordTooLargeException || error instanceof RecordBatchTooLargeException) {
      message.refused().accept(tooLarge(message));
    } else if (error instanceof InvalidRecordException
        || error instanceof InvalidTimestampException) {
      String reason = "is refused by the topic " + topic;
      message.refused().accept(new Problem(reason + ": " + error.getMessage(), reason));
    } else if (!alone && error.getClass() == KafkaException.class) {
      // The client gives this class, and no class of its own, to the others of a refused batch.
      again.add(message);
    } else if (failure == null) {
      failure = error;
    }
  }

  private Problem tooLarge(Message message) {
    String reason = "is too large for the topic " + topic;
    int size = message.value().length + (message.key() == null ? 0 : message.key().length);
    return new Problem(
        "%s: it makes a message of %d bytes, and max.message.bytes is %d. Shorten it or raise that setting of the topic"
            .formatted(reason, size, maxMessageBytes),
        reason);
  }

  @Override
  public void flush() {
    producer.flush();
    failIfNeeded();
    sendAgain();
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
