package io.sluice.connectors.kafka;

import java.time.Duration;
import java.util.List;
import java.util.Properties;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.connector.kafka.source.KafkaSource;
import org.apache.flink.connector.kafka.source.KafkaSourceOptions;
import org.apache.flink.connector.kafka.source.enumerator.initializer.OffsetsInitializer;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.types.logical.ArrayType;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LocalZonedTimestampType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarBinaryType;
import org.apache.flink.table.types.logical.VarCharType;
import org.apache.flink.util.function.SerializableSupplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;

/**
 * Kafka records as rows, untouched: the bytes, the key, the headers in their order (duplicates and
 * null values included) and the coordinates. Nothing is decoded here, so that no record can break
 * the source.
 *
 * <p>Before the first record of a partition, and again after every restore, the source emits a
 * <em>partition announcement</em>: a row with the topic, the partition, offset {@link
 * #ANNOUNCEMENT_OFFSET} and no value. It tells what follows which partitions a reader holds, silent
 * ones included.
 *
 * <p>Guarantee: exactly once with respect to Flink state; offsets live in the checkpoint. The
 * offsets committed to Kafka are a courtesy for lag monitoring.
 */
public final class KafkaRecords {
  /** The offset of a partition announcement; no record of Kafka has it. */
  public static final long ANNOUNCEMENT_OFFSET = -1L;

  /** Kafka's metadata can lag behind; faster discovery may assign a partition twice. */
  public static final Duration MIN_PARTITION_DISCOVERY = Duration.ofSeconds(30);

  private static final LogicalType BYTES = new VarBinaryType(VarBinaryType.MAX_LENGTH);

  static final LogicalType HEADERS_TYPE =
      new ArrayType(
          false,
          RowType.of(
              new LogicalType[] {new VarCharType(VarCharType.MAX_LENGTH), BYTES},
              new String[] {"key", "value"}));

  /** topic, partition, offset, timestamp (Kafka's), key, value, headers. */
  public static final RowType ROW_TYPE =
      new RowType(
          false,
          List.of(
              new RowType.RowField("topic", new VarCharType(false, VarCharType.MAX_LENGTH)),
              new RowType.RowField("partition", new IntType(false)),
              new RowType.RowField("offset", new BigIntType(false)),
              new RowType.RowField("timestamp", new LocalZonedTimestampType(false, 3)),
              new RowType.RowField("key", BYTES),
              new RowType.RowField("value", BYTES),
              new RowType.RowField("headers", HEADERS_TYPE)));

  private KafkaRecords() {}

  /** Where a source begins when it finds no offsets in Flink state. */
  public enum Start {
    /** At the oldest record that Kafka still holds: a replay. */
    EARLIEST,
    /** At the offsets that the consumer group committed, else at the oldest record. */
    COMMITTED
  }

  /**
   * The records of one topic, whose readers may be asked how far they have come. A start without
   * state replays the topic from its oldest record.
   *
   * @param positions topic, brokers and group; belongs to this source alone
   * @param topicId the topic's id: the source fails for good when it finds another topic of that
   *     name; empty to read whatever bears the name
   * @param partitionDiscovery how often new partitions are looked for, at least 30 s
   */
  public static Source<RowData, ?, ?> source(
      KafkaPositions positions, String topicId, Duration partitionDiscovery) {
    return source(positions, topicId, partitionDiscovery, Start.EARLIEST);
  }

  /**
   * A source that begins where it is told; otherwise as {@link #source(KafkaPositions, String,
   * Duration)}.
   */
  public static Source<RowData, ?, ?> source(
      KafkaPositions positions, String topicId, Duration partitionDiscovery, Start start) {
    if (partitionDiscovery.compareTo(MIN_PARTITION_DISCOVERY) < 0) {
      throw new IllegalArgumentException(
          "partition discovery every "
              + partitionDiscovery.toMillis()
              + " ms is too fast for topic "
              + positions.topic()
              + ": Kafka's metadata may lag and a partition would be read twice; use at least "
              + MIN_PARTITION_DISCOVERY.toMillis()
              + " ms");
    }
    KafkaSource<RowData> records =
        KafkaSource.<RowData>builder()
            .setBootstrapServers(positions.bootstrap())
            .setTopics(positions.topic())
            .setGroupId(positions.groupId())
            .setClientIdPrefix(positions.clientIdPrefix())
            .setStartingOffsets(
                start == Start.EARLIEST
                    ? OffsetsInitializer.earliest()
                    : OffsetsInitializer.committedOffsets(OffsetResetStrategy.EARLIEST))
            .setDeserializer(new RawRecordDeserializer())
            .setProperties(consumerProperties(partitionDiscovery))
            .build();
    return new AnnouncingSource(records, positions, guard(positions, topicId));
  }

  private static SerializableSupplier<TopicGuard> guard(KafkaPositions positions, String topicId) {
    String bootstrap = positions.bootstrap();
    String topic = positions.topic();
    return topicId.isEmpty()
        ? () -> TopicGuard.NONE
        : () -> TopicGuard.of(bootstrap, topic, topicId);
  }

  private static Properties consumerProperties(Duration partitionDiscovery) {
    Properties properties = new Properties();
    properties.setProperty(
        KafkaSourceOptions.PARTITION_DISCOVERY_INTERVAL_MS.key(),
        Long.toString(partitionDiscovery.toMillis()));
    properties.setProperty(KafkaSourceOptions.COMMIT_OFFSETS_ON_CHECKPOINT.key(), "true");
    properties.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.setProperty(
        ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG, PolledPositions.class.getName());
    // Asking for a topic that was deleted must not make it again.
    properties.setProperty(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    // Latency first: the broker answers as soon as there is one byte. Under load the fetches fill
    // up by themselves.
    properties.setProperty(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, "1");
    properties.setProperty(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "500");
    properties.setProperty(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, "4194304");
    properties.setProperty(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "2000");
    properties.setProperty(ConsumerConfig.RECEIVE_BUFFER_CONFIG, "1048576");
    return properties;
  }
}
