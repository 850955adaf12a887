package io.sluice.connectors.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.connector.kafka.sink.TransactionNamingStrategy;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Messages for Kafka as rows, and the sink that writes them byte for byte, as far as their topic
 * takes them (see {@link FittingMessages}).
 *
 * <p>Guarantee: exactly once for readers with {@code isolation.level=read_committed}; messages
 * become visible when the checkpoint that holds them is complete. A transaction that can no longer
 * be committed fails the job; it is never dropped (see {@link LoudTransactionsSink}).
 */
public final class KafkaMessages {
  /** How messages are compressed. */
  static final String COMPRESSION = "lz4";

  /** Larger messages, key and headers included, are sent shortened to any topic. */
  static final int MAX_UNCOMPRESSED_BYTES = 32 << 20;

  /**
   * topic, key, value, headers, timestamp (null: the producer's clock), where the message came from
   * in a few words, how many of the last headers describe it. Of a message that its topic does not
   * take as it is, these headers remain; {@link FittingMessages} says how.
   */
  public static final RowType ROW_TYPE =
      new RowType(
          false,
          List.of(
              new RowType.RowField("topic", new VarCharType(false, VarCharType.MAX_LENGTH)),
              new RowType.RowField("key", new VarBinaryType(VarBinaryType.MAX_LENGTH)),
              new RowType.RowField("value", new VarBinaryType(VarBinaryType.MAX_LENGTH)),
              new RowType.RowField("headers", KafkaRecords.HEADERS_TYPE),
              new RowType.RowField("timestamp", new LocalZonedTimestampType(3)),
              new RowType.RowField("origin", new VarCharType(false, VarCharType.MAX_LENGTH)),
              new RowType.RowField("described", new IntType(false))));

  /** A loss is shown for longer than a minute, the longest time between two scrapes. */
  private static final Duration LOSS_SHOWN = Duration.ofSeconds(65);

  private static final Pattern ANY_TOPIC = Pattern.compile(".*");

  private KafkaMessages() {}

  /**
   * A transactional sink for rows of {@link #ROW_TYPE}, to whatever topics the rows name.
   *
   * @param bootstrap Kafka bootstrap servers, {@code host:port,...}
   * @param transactionalIdPrefix unique per sink and Kafka cluster, stable across restarts
   * @param transactionTimeout see {@link TransactionTimeouts} for what it must cover
   */
  public static Sink<RowData> exactlyOnceSink(
      String bootstrap, String transactionalIdPrefix, Duration transactionTimeout) {
    return exactlyOnceSink(bootstrap, transactionalIdPrefix, transactionTimeout, ANY_TOPIC);
  }

  /**
   * A sink that names the topics that a restart searches for transactions left open; narrower than
   * all topics saves requests on a large cluster.
   */
  public static Sink<RowData> exactlyOnceSink(
      String bootstrap, String transactionalIdPrefix, Duration transactionTimeout, Pattern topics) {
    return exactlyOnceSink(
        bootstrap, transactionalIdPrefix, transactionTimeout, topics, LOSS_SHOWN);
  }

  /** A sink that fails so long after it has lost a transaction, which its counter shows. */
  static Sink<RowData> exactlyOnceSink(
      String bootstrap,
      String transactionalIdPrefix,
      Duration transactionTimeout,
      Pattern topics,
      Duration lossShown) {
    // Flink aborts what begins with the prefix: without a terminator "risk" would abort the open
    // transactions of "risk-2".
    String prefix = transactionalIdPrefix + "/";
    Properties properties =
        producerProperties(BootstrapServers.require(bootstrap), transactionTimeout);
    KafkaSink<RowData> sink =
        KafkaSink.<RowData>builder()
            .setKafkaProducerConfig(properties)
            .setBootstrapServers(bootstrap)
            .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
            .setTransactionNamingStrategy(TransactionNamingStrategy.POOLING)
            .setTransactionalIdPrefix(prefix)
            .setRecordSerializer(new MessageSerializer(bootstrap, topics))
            .build();
    return new LoudTransactionsSink<>(sink, sink, sink, new CommitProof(bootstrap), lossShown);
  }

  private static Properties producerProperties(String bootstrap, Duration transactionTimeout) {
    Properties properties = new Properties();
    properties.setProperty(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
    properties.setProperty(
        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Long.toString(transactionTimeout.toMillis()));
    properties.setProperty(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true");
    properties.setProperty(ProducerConfig.ACKS_CONFIG, "all");
    properties.setProperty(ProducerConfig.COMPRESSION_TYPE_CONFIG, COMPRESSION);
    properties.setProperty(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Integer.toString(MAX_UNCOMPRESSED_BYTES + 1024));
    properties.setProperty(
        ProducerConfig.BUFFER_MEMORY_CONFIG, Long.toString(2L * MAX_UNCOMPRESSED_BYTES));
    properties.setProperty(ProducerConfig.INTERCEPTOR_CLASSES_CONFIG, Refusals.class.getName());
    properties.setProperty(ProducerConfig.BATCH_SIZE_CONFIG, "65536");
    // Nobody sees a message before the checkpoint, which flushes: waiting for fuller batches costs
    // nothing.
    properties.setProperty(ProducerConfig.LINGER_MS_CONFIG, "1000");
    return properties;
  }
}
