package io.sluice.connectors.kafka;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.RowData;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Row of {@link KafkaMessages} to Kafka message, byte for byte. The facet names the topics in which
 * Flink looks for open transactions after a restart.
 */
final class MessageSerializer
    implements KafkaRecordSerializationSchema<RowData>, KafkaDatasetFacetProvider {
  private static final long serialVersionUID = 1L;

  private final Pattern topics;

  MessageSerializer(Pattern topics) {
    this.topics = topics;
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      RowData row, KafkaSinkContext context, Long flinkTimestamp) {
    Long timestamp = row.isNullAt(4) ? null : row.getTimestamp(4, 3).getMillisecond();
    return new ProducerRecord<>(
        row.getString(0).toString(),
        null,
        timestamp,
        row.isNullAt(1) ? null : row.getBinary(1),
        row.isNullAt(2) ? null : row.getBinary(2),
        headers(row.getArray(3)));
  }

  private static List<Header> headers(ArrayData array) {
    List<Header> headers = new ArrayList<>(array.size());
    for (int i = 0; i < array.size(); i++) {
      RowData header = array.getRow(i, 2);
      headers.add(
          new RecordHeader(
              header.getString(0).toString(), header.isNullAt(1) ? null : header.getBinary(1)));
    }
    return headers;
  }

  @Override
  public Optional<KafkaDatasetFacet> getKafkaDatasetFacet() {
    return Optional.of(
        new DefaultKafkaDatasetFacet(DefaultKafkaDatasetIdentifier.ofPattern(topics)));
  }
}
