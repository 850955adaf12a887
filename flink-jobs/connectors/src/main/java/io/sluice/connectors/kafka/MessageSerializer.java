package io.sluice.connectors.kafka;

import io.sluice.connectors.kafka.measure.KafkaMetric;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.flink.api.common.serialization.SerializationSchema;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.DefaultKafkaDatasetIdentifier;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacet;
import org.apache.flink.connector.kafka.lineage.KafkaDatasetFacetProvider;
import org.apache.flink.connector.kafka.sink.KafkaRecordSerializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.RowData;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Row of {@link KafkaMessages} to Kafka message, byte for byte where its topic takes it (see {@link
 * FittingMessages}). A message that its topic takes in no form is left out, counted and logged. The
 * facet names the topics in which Flink looks for open transactions after a restart.
 */
final class MessageSerializer
    implements KafkaRecordSerializationSchema<RowData>, KafkaDatasetFacetProvider {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(MessageSerializer.class);

  /** So many messages that were left out are named in the log. */
  private static final int LOGGED = 10;

  private final String bootstrap;
  private final Pattern topics;

  private transient Map<String, FittingMessages> byTopic;
  private transient Counter shortened;
  private transient Counter leftOut;

  MessageSerializer(String bootstrap, Pattern topics) {
    this.bootstrap = bootstrap;
    this.topics = topics;
  }

  @Override
  public void open(
      SerializationSchema.InitializationContext context, KafkaSinkContext sinkContext) {
    byTopic = new HashMap<>();
    shortened = context.getMetricGroup().counter(KafkaMetric.SHORT_MESSAGES.text());
    leftOut = context.getMetricGroup().counter(KafkaMetric.MESSAGES_LEFT_OUT.text());
  }

  @Override
  public ProducerRecord<byte[], byte[]> serialize(
      RowData row, KafkaSinkContext context, Long flinkTimestamp) {
    FittingMessages.Message message = message(row);
    FittingMessages fitting = byTopic.computeIfAbsent(message.topic(), this::fitting);
    ProducerRecord<byte[], byte[]> fits =
        fitting.fit(message, System.currentTimeMillis()).orElse(null);
    if (fits == null) {
      leftOut.inc();
      if (leftOut.getCount() <= LOGGED) {
        LOG.warn("Topic {} takes no message about {}.", message.topic(), message.origin());
      }
    } else if (fits.value() == null && message.value() != null) {
      shortened.inc();
    }
    return fits;
  }

  /** The limits are read with the first message: a sink without messages asks nothing. */
  private FittingMessages fitting(String topic) {
    try {
      TopicLimits limits = TopicLimits.read(bootstrap, topic);
      return new FittingMessages(limits, Refusals.begin(bootstrap, topic, limits));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted while reading the limits of " + topic, e);
    }
  }

  private static FittingMessages.Message message(RowData row) {
    return new FittingMessages.Message(
        row.getString(0).toString(),
        row.isNullAt(1) ? null : row.getBinary(1),
        row.isNullAt(2) ? null : row.getBinary(2),
        headers(row.getArray(3)),
        row.isNullAt(4) ? null : row.getTimestamp(4, 3).getMillisecond(),
        row.getString(5).toString(),
        row.getInt(6));
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
