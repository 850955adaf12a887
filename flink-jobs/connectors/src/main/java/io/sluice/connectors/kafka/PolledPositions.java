package io.sluice.connectors.kafka;

import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Tells the reader how far its consumer has come with each poll. The consumer's position is ahead
 * of the last record where transactions end, records were compacted away or a transaction was
 * aborted: there are offsets without a record.
 */
public final class PolledPositions implements ConsumerInterceptor<byte[], byte[]> {
  private String clientId;

  @Override
  public void configure(Map<String, ?> configs) {
    clientId = (String) configs.get(ConsumerConfig.CLIENT_ID_CONFIG);
  }

  @Override
  public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
    ReaderPositions reader = KafkaPositions.ofClient(clientId);
    if (reader != null) {
      records.nextOffsets().forEach((partition, next) -> polled(reader, records, partition, next));
    }
    return records;
  }

  private static void polled(
      ReaderPositions reader,
      ConsumerRecords<byte[], byte[]> records,
      TopicPartition partition,
      OffsetAndMetadata next) {
    List<ConsumerRecord<byte[], byte[]>> polled = records.records(partition);
    long last =
        polled.isEmpty() ? ReaderPositions.NO_RECORD : polled.get(polled.size() - 1).offset();
    reader.polled(partition.partition(), last, next.offset());
  }

  @Override
  public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
    // Commits are for lag displays only.
  }

  @Override
  public void close() {
    // The reader outlives its consumer.
  }
}
