package io.sluice.cli.demo.trade;

import io.sluice.cli.demo.trade.TradeEncoder.Message;
import io.sluice.cli.text.CommandFailure;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends generated trades to a topic and notes where the broker put each of them. The Kafka
 * timestamp is the intended send time. The first record that the broker refuses ends the run.
 */
public final class LoadProducer {
  private static final List<Header> HEADERS =
      List.of(new RecordHeader("source", Market.utf8("demo")));
  private static final int PROGRESS_EVERY = 256;

  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final DemoEvents events;
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicReference<Exception> refusal = new AtomicReference<>();

  /** Told about every few hundred events. */
  @FunctionalInterface
  public interface Progress {
    /**
     * A step further.
     *
     * @param sent handed to the producer
     * @param acked confirmed by the broker
     */
    void reached(long sent, long acked);
  }

  /** Sends with the given producer, which the caller closes. */
  public LoadProducer(Producer<byte[], byte[]> producer, String topic, DemoEvents events) {
    this.producer = producer;
    this.topic = topic;
    this.events = events;
  }

  /**
   * A producer that loses and repeats nothing: acks=all, idempotent; 64 KB batches, linger 5 ms.
   * Not compressed: the broker would only unpack it, see {@link
   * io.sluice.connectors.kafka.KafkaAdmin#FOR_STRANGERS}.
   *
   * @param bootstrapServers host:port
   */
  public static Producer<byte[], byte[]> connect(String bootstrapServers) {
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ProducerConfig.CLIENT_ID_CONFIG,
            "sluice-demo",
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
            true,
            ProducerConfig.COMPRESSION_TYPE_CONFIG,
            "none",
            ProducerConfig.BATCH_SIZE_CONFIG,
            64 * 1024,
            ProducerConfig.LINGER_MS_CONFIG,
            5),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }

  /**
   * Sends everything and waits for the last acknowledgement.
   *
   * @throws CommandFailure when the broker refuses a record
   * @throws InterruptedException when the thread is interrupted between two records
   */
  public void run(TradeGenerator generator, int count, SendTimes times, Progress progress)
      throws InterruptedException {
    for (int event = 0; event < count; event++) {
      long sendMicros = times.await(event);
      send(event, generator.next(sendMicros), sendMicros);
      // Without its broker every further record would wait for a minute before it is refused, too.
      if (event % PROGRESS_EVERY == 0 || refusal.get() != null) {
        step(event + 1L, progress);
      }
    }
    producer.flush();
    step(count, progress);
  }

  private void step(long sent, Progress progress) throws InterruptedException {
    Exception refused = refusal.get();
    if (refused != null) {
      throw new CommandFailure(
          "Kafka refused a record of topic %s: %s. See the broker's log in the logs folder."
              .formatted(topic, refused.getMessage()),
          refused);
    }
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted after " + sent + " events");
    }
    progress.reached(sent, acknowledged.get());
  }

  private void send(int event, Message message, long sendMicros) {
    var sent =
        new ProducerRecord<>(
            topic, null, sendMicros / 1000, message.key(), message.value(), HEADERS);
    producer.send(
        sent,
        (metadata, failure) -> {
          if (failure != null) {
            refusal.compareAndSet(null, failure);
          } else {
            events.acknowledge(event, metadata.partition(), metadata.offset());
            acknowledged.incrementAndGet();
          }
        });
  }

  /** How many records the broker confirmed. */
  public long acknowledged() {
    return acknowledged.get();
  }
}
